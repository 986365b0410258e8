import { type BatchErrorName, batchErrors, batchObjects } from '../contract/batch.ts';
import { BatchFailure } from './batch-failure.ts';
import { jsonBytes, jsonType, type ObjectStore, readJson } from './object-store.ts';
import { errorsOfKey } from './part.ts';
import { below, type Place } from './place.ts';
import type { Plan } from './plan.ts';

interface Stop {
  readonly error: BatchErrorName;
  readonly message: string;
}

/** Tells all workers of this run to stop, and the verifier why. The first reason stays. */
export async function stopJob(store: ObjectStore, plan: Plan, failure: BatchFailure) {
  const stop: Stop = { error: failure.name, message: failure.message };
  await store.write(stopPlace(plan), jsonBytes(stop), { ...jsonType, condition: 'absent' });
}

/** Throws the reason for which a worker of this run has stopped the job. */
export async function refuseStopped(store: ObjectStore, plan: Plan): Promise<void> {
  const stop = await readJson<Stop>(store, stopPlace(plan));
  if (stop) throw new BatchFailure(stop.error, stop.message);
}

/**
 * Throws when the job has more failed rows than it bears. Asked by a worker that has just written an
 * error file: the listing of S3 is consistent, so the last of several to ask sees all of them.
 */
export async function refuseTooManyErrors(store: ObjectStore, { request }: Plan): Promise<void> {
  let errors = 0;
  for await (const page of store.list(below(request.output, batchObjects.errors))) {
    for (const { key } of page) errors += errorsOfKey(key) ?? 0;
  }
  if (errors <= request.errorLimit) return;
  throw new BatchFailure(
    batchErrors.tooManyFailedRows,
    `${errors} rows have failed, and errorLimit is ${request.errorLimit}; see ${batchObjects.errors} in the output, then correct the input, or start again with a higher errorLimit to go on`,
  );
}

function stopPlace({ request, run }: Plan): Place {
  return below(request.output, `${batchObjects.stop}${run}.json`);
}
