import { batchObjects } from '../contract/batch.ts';
import { type CoveredPart, differs } from './coverage.ts';
import type { ObjectStore } from './object-store.ts';
import { errorKey } from './part.ts';
import type { ErrorLine } from './piece-run.ts';
import { below, type Place } from './place.ts';
import type { Shard } from './plan.ts';
import type { Receipt } from './receipt.ts';

/**
 * The failed rows of all parts in one file, in the order of the input. Only here do lines count from
 * the object's start: a worker has not seen the lines before its shard. The error limit bounds it.
 */
export class ErrorFile {
  readonly #store: ObjectStore;
  readonly #output: Place;
  readonly #lines: string[] = [];

  constructor(store: ObjectStore, output: Place) {
    this.#store = store;
    this.#output = output;
  }

  /** `covered` are the receipt's parts, in their order. */
  async add(shard: Shard, { pieces }: Receipt, covered: readonly CoveredPart[]): Promise<void> {
    let next = 0;
    for (const [piece, parts] of pieces.entries()) {
      const { name } = (shard.pieces[piece] as Shard['pieces'][number]).object;
      for (const index of parts.keys()) {
        const part = covered[next++] as CoveredPart;
        if (part.errors > 0)
          await this.#addPart(errorKey(name, shard.number, index, part.errors), part);
      }
    }
  }

  async write(): Promise<void> {
    if (this.#lines.length === 0) return;
    const bytes = Buffer.from(this.#lines.join(''));
    await this.#store.write(below(this.#output, batchObjects.allErrors), bytes, {
      contentType: 'application/x-ndjson',
    });
  }

  async #addPart(key: string, { errors, linesBefore }: CoveredPart): Promise<void> {
    const stored = await this.#store.read(below(this.#output, key));
    const text = Buffer.from(stored?.bytes ?? []).toString('utf8');
    const lines = text.split('\n').filter((line) => line !== '');
    if (lines.length !== errors) {
      throw differs(`${key} holds ${lines.length} rows, and ${errors} had failed`);
    }
    for (const line of lines) {
      const entry = JSON.parse(line) as ErrorLine;
      const raised: ErrorLine = { ...entry, line: entry.line + linesBefore };
      this.#lines.push(`${JSON.stringify(raised)}\n`);
    }
  }
}
