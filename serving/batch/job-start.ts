import { createHash } from 'node:crypto';
import { batchErrors, batchObjects } from '../contract/batch.ts';
import type { ManifestVersion, ModelManifest } from '../contract/manifest.ts';
import { BatchFailure } from './batch-failure.ts';
import { InputListing } from './input-listing.ts';
import type { JobRequest } from './job-request.ts';
import { jsonBytes, jsonType, type ObjectStore, readJson } from './object-store.ts';
import { below, type Place, placeText } from './place.ts';
import { type JobPlan, readPlan } from './plan.ts';

export interface JobStartOptions {
  readonly store: ObjectStore;
  readonly manifest: ModelManifest;
  /** Sets the jobs of one machinery apart from those of another. */
  readonly kind?: string;
}

/** The plan of the job that the same request has begun in this output, for one more run; or a new one. */
export async function startJob<P extends JobPlan>(
  request: JobRequest,
  options: JobStartOptions,
  planned: (requestDigest: string) => Promise<P>,
): Promise<P> {
  const { store } = options;
  const { output } = request;
  const requestDigest = digestOfRequest(request, options);
  const begun = await readPlan<P>(store, output);
  await refuseTaken(store, output, requestDigest, begun);
  if (begun) return await resumed(begun, request, store);
  const plan = await planned(requestDigest);
  const place = below(output, batchObjects.plan);
  if (await store.write(place, jsonBytes(plan), { ...jsonType, condition: 'absent' })) return plan;
  throw new BatchFailure(
    batchErrors.outputTaken,
    `output: another job was planned for ${placeText(output)} at the same moment; start again to join it, or choose another prefix`,
  );
}

/** The error limit is no part of it: a job that met its limit may go on with a higher one. */
function digestOfRequest(
  request: JobRequest,
  { manifest, kind }: Pick<JobStartOptions, 'manifest' | 'kind'>,
): string {
  const { errorLimit: _, ...rest } = request;
  const versions = versionsOf(request, manifest).map(({ digest }) => digest);
  return sha256(JSON.stringify([rest, manifest.name, versions, ...(kind ? [kind] : [])]));
}

/** The version that answers, and the challenger of a backtest. */
export function versionsOf(
  { version, backtest }: JobRequest,
  manifest: ModelManifest,
): ManifestVersion[] {
  const wanted = backtest ? [version, backtest.challenger] : [version];
  return wanted.map(
    (name) => manifest.versions.find((each) => each.version === name) as ManifestVersion,
  );
}

async function refuseTaken(
  store: ObjectStore,
  output: Place,
  requestDigest: string,
  begun: JobPlan | undefined,
): Promise<void> {
  if (begun?.requestDigest === requestDigest) return;
  const manifest = await readJson<{ job: string }>(store, below(output, batchObjects.manifest));
  if (!begun && !manifest) return;
  const job = (begun ?? (manifest as { job: string })).job.slice(0, 12);
  throw new BatchFailure(
    batchErrors.outputTaken,
    `output: ${placeText(output)} holds ${manifest ? 'the results' : 'the beginning'} of another job (${job}: another request, model or version); choose another prefix, or delete that one`,
  );
}

/** The plan that is there, for one more run; the input must still be what it was. */
async function resumed<P extends JobPlan>(
  begun: P,
  request: JobRequest,
  store: ObjectStore,
): Promise<P> {
  // What is new since is for the next job with onlyNew, not a change of this one.
  if (!request.onlyNew) await refuseChangedInput(store, begun);
  const plan = { ...begun, request, run: begun.run + 1 };
  await store.write(below(request.output, batchObjects.plan), jsonBytes(plan), jsonType);
  return plan;
}

async function refuseChangedInput(store: ObjectStore, { request, input }: JobPlan): Promise<void> {
  const listing = new InputListing(store, request.input);
  for await (const _ of listing.pages());
  const { objects, bytes, digest } = listing.result();
  if (digest === input.digest) return;
  throw new BatchFailure(
    batchErrors.inputChanged,
    `input: ${placeText(request.input)} has ${objects} objects of ${bytes} bytes, but other ${input.objects} objects of ${input.bytes} bytes when this output's job was planned; choose another output for the new input`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
