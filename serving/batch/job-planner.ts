import { createHash } from 'node:crypto';
import {
  type BatchSettings,
  batchErrors,
  batchObjects,
  type PlanResult,
} from '../contract/batch.ts';
import type { ManifestVersion, ModelManifest } from '../contract/manifest.ts';
import { RecordsError } from '../records/records-error.ts';
import { BatchFailure } from './batch-failure.ts';
import { chunkSizeFor, partSizeFor } from './chunk-size.ts';
import { HighWaterMark } from './high-water-mark.ts';
import { InputListing, inputPlace, noInput } from './input-listing.ts';
import { type JobRequest, parseJobRequest } from './job-request.ts';
import { objectBytes } from './object-bytes.ts';
import { jsonBytes, jsonType, type ObjectStore, readJson } from './object-store.ts';
import { below, type Place, placeText } from './place.ts';
import { type Plan, readPlan } from './plan.ts';
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
  const requestDigest = digestOfRequest(request, manifest);
  const begun = await readPlan(store, request.output);
  await refuseTaken(store, request.output, requestDigest, begun);
  const plan = begun
    ? await resumed(begun, request, options)
    : await planned(request, requestDigest, options);
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

/** The error limit is no part of it: a job that met its limit may go on with a higher one. */
function digestOfRequest(request: JobRequest, manifest: ModelManifest): string {
  const { errorLimit: _, ...rest } = request;
  const versions = versionsOf(request, manifest).map(({ digest }) => digest);
  return sha256(JSON.stringify([rest, manifest.name, versions]));
}

/** The version that answers, and the challenger of a backtest. */
function versionsOf({ version, backtest }: JobRequest, manifest: ModelManifest): ManifestVersion[] {
  const wanted = backtest ? [version, backtest.challenger] : [version];
  return wanted.map(
    (name) => manifest.versions.find((each) => each.version === name) as ManifestVersion,
  );
}

async function refuseTaken(
  store: ObjectStore,
  output: Place,
  requestDigest: string,
  begun: Plan | undefined,
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
  const plan: Plan = {
    layout: 1,
    job: sha256(requestDigest + input.digest),
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
  const place = below(output, batchObjects.plan);
  if (await store.write(place, jsonBytes(plan), { ...jsonType, condition: 'absent' })) return plan;
  throw new BatchFailure(
    batchErrors.outputTaken,
    `output: another job was planned for ${placeText(output)} at the same moment; start again to join it, or choose another prefix`,
  );
}

/** The plan that is there, for one more run; the input must still be what it was. */
async function resumed(begun: Plan, request: JobRequest, { store }: PlannerOptions): Promise<Plan> {
  // What is new since is for the next job with onlyNew, not a change of this one.
  if (!request.onlyNew) await refuseChangedInput(store, begun);
  const plan: Plan = { ...begun, request, run: begun.run + 1 };
  await store.write(below(request.output, batchObjects.plan), jsonBytes(plan), jsonType);
  return plan;
}

async function refuseChangedInput(store: ObjectStore, { request, input }: Plan): Promise<void> {
  const listing = new InputListing(store, request.input);
  for await (const _ of listing.pages());
  const { objects, bytes, digest } = listing.result();
  if (digest === input.digest) return;
  throw new BatchFailure(
    batchErrors.inputChanged,
    `input: ${placeText(request.input)} has ${objects} objects of ${bytes} bytes, but other ${input.objects} objects of ${input.bytes} bytes when this output's job was planned; choose another output for the new input`,
  );
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

function tooManyShards(shards: number): BatchFailure {
  return new BatchFailure(
    batchErrors.badRequest,
    `shardBytes: makes ${shards} shards, and ${mostShards} is the most; choose a larger one`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
