import {
  type BatchSettings,
  batchErrors,
  batchObjects,
  type PlanResult,
} from '../contract/batch.ts';
import type { ModelManifest } from '../contract/manifest.ts';
import { RecordsError } from '../records/records-error.ts';
import { BatchFailure } from './batch-failure.ts';
import { chunkSizeFor, partSizeFor } from './chunk-size.ts';
import { InputListing, inputPlace, noInput } from './input-listing.ts';
import { type JobRequest, parseJobRequest } from './job-request.ts';
import { jobIdentity, openMark, startJob, versionsOf } from './job-start.ts';
import { objectBytes } from './object-bytes.ts';
import type { ObjectStore } from './object-store.ts';
import { below, type Place, placeText } from './place.ts';
import type { Plan } from './plan.ts';
import { PlanPages } from './plan-pages.ts';
import { finishedShards } from './receipt.ts';
import { planShards } from './shard-planner.ts';

export interface PlannerOptions {
  readonly store: ObjectStore;
  readonly manifest: ModelManifest;
  readonly settings: BatchSettings;
  /** Prefix of the marks for `onlyNew`. */
  readonly marks: Place | undefined;
  readonly now: () => Date;
}

/** AWS Batch's bounds of an array job. */
const arraySize = { least: 2, most: 10_000 };
/** Names of parts have five digits for the shard. */
const mostShards = 100_000;

/** Plans a job, or finds again the one that the same request has begun in this output. */
export async function planJob(given: unknown, options: PlannerOptions): Promise<PlanResult> {
  const { store, manifest, settings } = options;
  const request = parseJobRequest(given, manifest, settings);
  const plan = await startJob(request, { store, manifest }, (requestDigest) =>
    planned(request, requestDigest, options),
  );
  const done = await finishedShards(store, plan);
  return {
    plan: placeText(below(request.output, batchObjects.plan)),
    shards: plan.shards,
    workers: workersFor(plan.shards - done.size, settings.maxWorkers),
  };
}

function workersFor(shards: number, most: number): number {
  if (shards === 0) return 0;
  return Math.max(arraySize.least, Math.min(shards, most, arraySize.most));
}

async function planned(
  request: JobRequest,
  requestDigest: string,
  { store, manifest, marks, now }: PlannerOptions,
): Promise<Plan> {
  const { input: from, output } = request;
  const mark = request.onlyNew ? await openMark(store, marks, from) : undefined;
  const listing = new InputListing(store, from, mark && ((object) => mark.isNew(object)));
  const pages = new PlanPages(store, output);
  const open = (object: Parameters<typeof inputPlace>[1] & { size: number; etag: string }) =>
    objectBytes(store, inputPlace(from, object), object);
  await unreadableIsInput(async () => {
    for await (const pieces of planShards(listing.pages(), request.shardBytes, open)) {
      await pages.add(pieces);
    }
  });
  const input = listing.result();
  if (input.objects === 0 && !request.onlyNew) throw noInput(from);
  const written = await pages.finish();
  if (written.shards > mostShards) throw tooManyShards(written.shards);
  const kept = await mark?.keep(store, output);
  const versions = versionsOf(request, manifest);
  return {
    layout: 1,
    job: jobIdentity(requestDigest, input.digest),
    requestDigest,
    run: 1,
    created: now().toISOString(),
    request,
    model: {
      name: manifest.name,
      versions: versions.map(({ version, digest }) => ({ version, digest })),
    },
    input,
    ...written,
    chunk: chunkSizeFor(versions, request.partRows),
    part: partSizeFor(request.partRows),
    ...(kept && { mark: kept }),
  };
}

/** Only the footers of large Parquet objects are read here; the planner meets no other bytes. */
async function unreadableIsInput(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RecordsError)) throw error;
    throw new BatchFailure(batchErrors.inputDamaged, `input: ${error.message}`, error);
  }
}

function tooManyShards(shards: number): BatchFailure {
  return new BatchFailure(
    batchErrors.badRequest,
    `shardBytes: makes ${shards} shards, and ${mostShards} is the most; choose a larger one`,
  );
}
