import { createHash } from 'node:crypto';
import { batchObjects } from '../contract/batch.ts';
import type { ObjectStore } from './object-store.ts';
import { below, type Place } from './place.ts';
import { type Piece, type PlanPage, shardLine } from './plan.ts';

const pageBytes = 1024 * 1024;

/**
 * Writes shards in pages, so that neither planner nor worker ever holds all of them. A page is named
 * by its content: two planners at once cannot overwrite each other's.
 */
export class PlanPages {
  readonly #store: ObjectStore;
  readonly #output: Place;
  readonly #pages: PlanPage[] = [];
  #lines: string[] = [];
  #size = 0;
  #shards = 0;

  constructor(store: ObjectStore, output: Place) {
    this.#store = store;
    this.#output = output;
  }

  async add(pieces: readonly Piece[]): Promise<void> {
    const line = shardLine(pieces);
    this.#lines.push(line);
    this.#size += line.length;
    this.#shards += 1;
    if (this.#size >= pageBytes) await this.#flush();
  }

  async finish(): Promise<{ shards: number; pages: readonly PlanPage[] }> {
    if (this.#lines.length > 0) await this.#flush();
    return { shards: this.#shards, pages: this.#pages };
  }

  async #flush(): Promise<void> {
    const text = this.#lines.join('');
    const digest = createHash('sha256').update(text).digest('hex');
    const key = `${batchObjects.shards}${digest.slice(0, 16)}.jsonl`;
    await this.#store.write(below(this.#output, key), Buffer.from(text), {
      contentType: 'application/x-ndjson',
    });
    this.#pages.push({ first: this.#shards - this.#lines.length, key });
    this.#lines = [];
    this.#size = 0;
  }
}
