import { createHash } from 'node:crypto';
import { batchErrors } from '../contract/batch.ts';
import type { ModelManifest } from '../contract/manifest.ts';
import { BatchFailure } from './batch-failure.ts';
import { HighWaterMark } from './high-water-mark.ts';
import { InputListing, noInput } from './input-listing.ts';
import type { JobRequest } from './job-request.ts';
import { versionsOf } from './job-start.ts';
import type { ObjectStore } from './object-store.ts';
import type { Place } from './place.ts';
import type { JobPlan } from './plan.ts';
import { PlanPages } from './plan-pages.ts';

export interface NewPlanOptions {
  readonly store: ObjectStore;
  readonly manifest: ModelManifest;
  /** Prefix of the marks for `onlyNew`. */
  readonly marks: Place | undefined;
  readonly now: () => Date;
}

/** Lists the input once and makes its plan; `divide` says how the objects become shards. */
export async function newPlan(
  request: JobRequest,
  requestDigest: string,
  { store, manifest, marks, now }: NewPlanOptions,
  divide: (listing: InputListing, pages: PlanPages) => Promise<void>,
): Promise<JobPlan> {
  const { input: from, output } = request;
  const mark = request.onlyNew ? await openMark(store, marks, from) : undefined;
  const listing = new InputListing(store, from, mark && ((object) => mark.isNew(object)));
  const pages = new PlanPages(store, output);
  await divide(listing, pages);
  const input = listing.result();
  if (input.objects === 0 && !request.onlyNew) throw noInput(from);
  const kept = await mark?.keep(store, output);
  return {
    layout: 1,
    // The request, its model, and the input as it was listed.
    job: createHash('sha256')
      .update(requestDigest + input.digest)
      .digest('hex'),
    requestDigest,
    run: 1,
    created: now().toISOString(),
    request,
    model: {
      name: manifest.name,
      versions: versionsOf(request, manifest).map(({ version, digest }) => ({ version, digest })),
    },
    input,
    ...(await pages.finish()),
    ...(kept && { mark: kept }),
  };
}

async function openMark(
  store: ObjectStore,
  marks: Place | undefined,
  input: Place,
): Promise<HighWaterMark> {
  if (marks) return HighWaterMark.open(store, marks, input);
  throw new BatchFailure(
    batchErrors.badRequest,
    'onlyNew: this deployment keeps no marks of what was read',
  );
}
