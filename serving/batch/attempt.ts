import { type BatchAttempt, batchObjects } from '../contract/batch.ts';
import { jsonBytes, jsonType, type ObjectStore } from './object-store.ts';
import type { Part } from './part.ts';
import { below, type Place } from './place.ts';

/** How often a running attempt renews its record, and looks whether the job was stopped. */
export const renewalMillis = 10_000;

export interface AttemptOptions {
  readonly store: ObjectStore;
  readonly output: Place;
  /** Unique among all attempts of the job; names the record. */
  readonly name: string;
  readonly about: Pick<
    BatchAttempt,
    'worker' | 'task' | 'attempt' | 'capacity' | 'vcpus' | 'price'
  >;
  readonly now: () => Date;
}

/**
 * One attempt of a worker, and its record in the output. The record is the report's source for hours
 * and interruptions, and the progress bar's for rows: one small object for each attempt, to be listed
 * and read without touching the parts.
 */
export class Attempt {
  readonly #options: AttemptOptions;
  readonly #start: Date;
  #renewed = Number.NEGATIVE_INFINITY;
  #counts = { rows: 0, errors: 0, parts: 0, shards: 0, inputBytes: 0 };

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.#start = options.now();
  }

  get counts(): Readonly<
    Pick<BatchAttempt, 'rows' | 'errors' | 'parts' | 'shards' | 'inputBytes'>
  > {
    return this.#counts;
  }

  wrote({ rows, errors }: Part, inputBytes: number): void {
    this.#counts.rows += rows;
    this.#counts.errors += errors;
    this.#counts.parts += 1;
    this.#counts.inputBytes += inputBytes;
  }

  finishedShard(): void {
    this.#counts.shards += 1;
  }

  /** Renews the record when that is due; says whether it was. */
  async renew(): Promise<boolean> {
    const time = this.#options.now().getTime();
    if (time - this.#renewed < renewalMillis) return false;
    this.#renewed = time;
    await this.#write('running');
    return true;
  }

  async end(outcome: Exclude<BatchAttempt['outcome'], 'running'>): Promise<void> {
    await this.#write(outcome);
  }

  async #write(outcome: BatchAttempt['outcome']): Promise<void> {
    const { store, output, name, about, now } = this.#options;
    const record: BatchAttempt = {
      ...about,
      start: this.#start.toISOString(),
      end: now().toISOString(),
      outcome,
      ...this.#counts,
    };
    const place = below(output, `${batchObjects.attempts}${name}.json`);
    await store.write(place, jsonBytes(record), jsonType);
  }
}
