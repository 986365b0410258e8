import { unrecordedAttempts } from '../../serving/batch/job-report.ts';
import { type BatchAttempt, batchObjects } from '../../serving/contract/batch.ts';
import type { JobProgress } from './events.ts';
import type { Objects } from './objects.ts';

/** What of a plan the progress needs. */
interface PlanFacts {
  readonly shards: number;
  readonly input: { readonly bytes: number };
}

/** The rate is taken over this much of the past: long enough for a worker's next sign of life. */
const windowMillis = 20_000;

/** Reads how far a job is from the records that its workers keep in the output. */
export class ProgressReader {
  readonly #objects: Objects;
  readonly #output: string;
  readonly #now: () => number;
  readonly #attempts = new Map<string, { etag: string; record: BatchAttempt }>();
  readonly #past: { at: number; rows: number; bytes: number }[] = [];
  #plan: PlanFacts | undefined;

  /** `output` is the key of the output's prefix. */
  constructor(objects: Objects, output: string, now: () => number) {
    this.#objects = objects;
    this.#output = output;
    this.#now = now;
  }

  /** Undefined until the job is planned. */
  async read(): Promise<JobProgress | undefined> {
    this.#plan ??= await this.#objects.json<PlanFacts>(this.#output + batchObjects.plan);
    if (!this.#plan) return undefined;
    await this.#readAttempts();
    const records = [...this.#attempts.values()].map(({ record }) => record);
    const sum = (count: (record: BatchAttempt) => number) =>
      records.reduce((total, record) => total + count(record), 0);
    const { shards, input } = this.#plan;
    const rows = sum((record) => record.rows);
    const bytesDone = Math.min(
      input.bytes,
      sum((record) => record.inputBytes),
    );
    const { rowsPerSecond, bytesPerSecond } = this.#rate(rows, bytesDone);
    return {
      rows,
      errors: sum((record) => record.errors),
      rowsPerSecond,
      shards,
      shardsDone: sum((record) => record.shards),
      bytes: input.bytes,
      bytesDone,
      interruptions: interruptionsOf(records),
      ...(bytesPerSecond > 0 && { secondsLeft: (input.bytes - bytesDone) / bytesPerSecond }),
    };
  }

  async #readAttempts(): Promise<void> {
    for await (const { key, etag } of this.#objects.list(this.#output + batchObjects.attempts)) {
      if (this.#attempts.get(key)?.etag === etag) continue;
      const record = await this.#objects.json<BatchAttempt>(key);
      if (record) this.#attempts.set(key, { etag, record });
    }
  }

  #rate(rows: number, bytes: number): { rowsPerSecond: number; bytesPerSecond: number } {
    const at = this.#now();
    this.#past.push({ at, rows, bytes });
    while ((this.#past[0]?.at ?? at) < at - windowMillis) this.#past.shift();
    const first = this.#past[0] as { at: number; rows: number; bytes: number };
    const seconds = (at - first.at) / 1000;
    if (seconds === 0) return { rowsPerSecond: 0, bytesPerSecond: 0 };
    return {
      rowsPerSecond: Math.round((rows - first.rows) / seconds),
      bytesPerSecond: (bytes - first.bytes) / seconds,
    };
  }
}

/** Attempts that ended early, those that left no record, and those behind which the same worker began again. */
function interruptionsOf(records: readonly BatchAttempt[]): number {
  const workers = new Set(records.map(({ worker }) => worker));
  const told = records.filter(({ outcome }) => outcome === 'interrupted').length;
  const silent = records.filter(({ outcome }) => outcome === 'running').length;
  const running = [...workers].filter((worker) => {
    const own = records.filter((record) => record.worker === worker);
    return own.at(-1)?.outcome === 'running';
  }).length;
  return told + silent - running + unrecordedAttempts(records);
}
