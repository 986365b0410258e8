import {
  type BatchAttempt,
  type BatchCapacity,
  type BatchCost,
  type BatchReport,
  type BatchTotals,
  batchObjects,
} from '../contract/batch.ts';
import { inParallel } from './in-parallel.ts';
import { type ObjectStore, readJson } from './object-store.ts';
import { below } from './place.ts';
import type { JobPlan } from './plan.ts';

const width = 32;

export async function readAttempts(
  store: ObjectStore,
  plan: Pick<JobPlan, 'request'>,
): Promise<BatchAttempt[]> {
  const { output } = plan.request;
  const attempts: BatchAttempt[] = [];
  for await (const page of store.list(below(output, batchObjects.attempts))) {
    const read = inParallel(page, width, ({ key }) =>
      readJson<BatchAttempt>(store, { bucket: output.bucket, key }),
    );
    for await (const attempt of read) if (attempt) attempts.push(attempt);
  }
  return attempts;
}

/** What the job took, from the records of all attempts of all its runs. */
export function reportOf(
  plan: JobPlan,
  totals: BatchTotals,
  attempts: readonly BatchAttempt[],
): BatchReport {
  const seconds = busyMillis(attempts) / 1000;
  const cost = costOf(attempts, totals.rows);
  const unrecorded = unrecordedAttempts(attempts);
  const withOutcome = (outcome: BatchAttempt['outcome']) =>
    attempts.filter((attempt) => attempt.outcome === outcome).length;
  return {
    job: plan.job,
    model: plan.model.name,
    version: plan.request.version,
    totals,
    seconds: rounded(seconds),
    rowsPerSecond: seconds > 0 ? rounded(totals.rows / seconds) : 0,
    workers: new Set(attempts.map(({ worker }) => worker)).size,
    attempts: attempts.length + unrecorded,
    interruptions: {
      noticed: withOutcome('interrupted'),
      // The job has ended: who still says that he is running was killed.
      killed: withOutcome('running') + unrecorded,
    },
    hours: { spot: hoursOf(attempts, 'spot'), 'on-demand': hoursOf(attempts, 'on-demand') },
    ...(cost && { cost }),
  };
}

/** Attempts that ended before they had written a record: Batch counts them, and so their successors do. */
export function unrecordedAttempts(attempts: readonly BatchAttempt[]): number {
  const latest = new Map<string, number>();
  for (const { task, attempt } of attempts) {
    latest.set(task, Math.max(attempt, latest.get(task) ?? 0));
  }
  return [...latest.values()].reduce((sum, attempt) => sum + attempt, -attempts.length);
}

/** Time in which at least one attempt ran. */
function busyMillis(attempts: readonly BatchAttempt[]): number {
  const spans = attempts
    .map(({ start, end }) => [Date.parse(start), Date.parse(end)] as const)
    .sort(([a], [b]) => a - b);
  let busy = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const [start, end] of spans) {
    busy += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return busy;
}

function hoursOf(attempts: readonly BatchAttempt[], capacity: BatchCapacity): number {
  const own = attempts.filter((attempt) => attempt.capacity === capacity);
  return rounded(own.reduce((sum, attempt) => sum + hours(attempt), 0));
}

function hours({ start, end }: BatchAttempt): number {
  return (Date.parse(end) - Date.parse(start)) / 3_600_000;
}

function costOf(attempts: readonly BatchAttempt[], rows: number): BatchCost | undefined {
  const prices = attempts.flatMap(({ price }) => (price ? [price] : []));
  const [first] = prices;
  if (!first || prices.length < attempts.length) return undefined;
  if (prices.some(({ currency }) => currency !== first.currency)) return undefined;
  const amount = attempts.reduce(
    (sum, attempt) => sum + hours(attempt) * attempt.vcpus * (attempt.price?.perVcpuHour ?? 0),
    0,
  );
  return {
    currency: first.currency,
    amount: rounded(amount),
    perMillionRows: rows > 0 ? rounded((amount / rows) * 1e6) : 0,
    priceDate: prices.map(({ date }) => date).sort()[0] as string,
  };
}

/** Six significant digits: small jobs cost parts of a cent. */
function rounded(number: number): number {
  return Number(number.toPrecision(6));
}
