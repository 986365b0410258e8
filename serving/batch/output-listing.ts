import { createHash } from 'node:crypto';
import { batchObjects } from '../contract/batch.ts';
import { differs } from './coverage.ts';
import type { ObjectStore } from './object-store.ts';
import { type Part, shardOfKey } from './part.ts';
import type { Plan } from './plan.ts';
import type { Receipt } from './receipt.ts';

/** Of the parts of one shard: how many, and a sum over their keys, sizes and ETags. */
interface ShardSum {
  parts: number;
  digest: number;
}

/**
 * The output's parts as the store lists them, to be held against the receipts: a part that was deleted,
 * overwritten or added since shows. Only a sum for each shard is kept, however many parts there are.
 */
export class OutputListing {
  readonly #sums = new Map<number, ShardSum>();

  static async read(store: ObjectStore, { request, shards }: Plan): Promise<OutputListing> {
    const listing = new OutputListing();
    const { output } = request;
    for await (const page of store.list(output)) {
      for (const { key, size, etag } of page) {
        const name = key.slice(output.key.length);
        if (name.startsWith(batchObjects.folder)) continue;
        const shard = shardOfKey(name);
        if (shard === undefined) continue;
        if (shard >= shards) throw differs(`${name} is none of the job's parts`);
        addTo(listing.#sum(shard), name, size, etag);
      }
    }
    return listing;
  }

  /** Throws unless the store holds the receipt's parts, and no others of its shard. */
  check({ shard, pieces }: Receipt): void {
    const expected: ShardSum = { parts: 0, digest: 0 };
    for (const { key, bytes, etag } of pieces.flat()) addTo(expected, key, bytes, etag);
    const found = this.#sum(shard);
    if (found.parts === expected.parts && found.digest === expected.digest) return;
    const what =
      found.parts === expected.parts
        ? 'some of them were changed'
        : `${found.parts} are there, and ${expected.parts} were written`;
    throw differs(`of the parts of shard ${shard} (${firstKey(pieces)} and on), ${what}`);
  }

  #sum(shard: number): ShardSum {
    const known = this.#sums.get(shard);
    if (known) return known;
    const sum: ShardSum = { parts: 0, digest: 0 };
    this.#sums.set(shard, sum);
    return sum;
  }
}

/** A sum does not depend on the order, in which listing and receipts differ. */
function addTo(sum: ShardSum, key: string, size: number, etag: string): void {
  const digest = createHash('sha256').update(`${key}\0${size}\0${etag}`).digest();
  sum.parts += 1;
  sum.digest = (sum.digest + digest.readUIntBE(0, 6)) % 2 ** 48;
}

function firstKey(pieces: readonly (readonly Part[])[]): string {
  return pieces[0]?.[0]?.key ?? 'none';
}
