import {
  type BatchSettings,
  batchErrors,
  batchObjects,
  type PlanResult,
} from '../contract/batch.ts';
import { RecordsError } from '../records/records-error.ts';
import { BatchFailure } from './batch-failure.ts';
import { chunkSizeFor, partSizeFor } from './chunk-size.ts';
import { inputPlace } from './input-listing.ts';
import { type JobRequest, parseJobRequest } from './job-request.ts';
import { startJob, versionsOf } from './job-start.ts';
import { type NewPlanOptions, newPlan } from './new-plan.ts';
import { type InputObject, objectBytes } from './object-bytes.ts';
import { below, placeText } from './place.ts';
import type { Plan } from './plan.ts';
import { finishedShards } from './receipt.ts';
import { planShards } from './shard-planner.ts';

export interface PlannerOptions extends NewPlanOptions {
  readonly settings: BatchSettings;
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
  options: PlannerOptions,
): Promise<Plan> {
  const { store, manifest } = options;
  const open = (object: InputObject) =>
    objectBytes(store, inputPlace(request.input, object), object);
  const plan = await newPlan(request, requestDigest, options, (listing, pages) =>
    unreadableIsInput(async () => {
      for await (const pieces of planShards(listing.pages(), request.shardBytes, open)) {
        await pages.add(pieces);
      }
    }),
  );
  if (plan.shards > mostShards) throw tooManyShards(plan.shards);
  return {
    ...plan,
    chunk: chunkSizeFor(versionsOf(request, manifest), request.partRows),
    part: partSizeFor(request.partRows),
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
