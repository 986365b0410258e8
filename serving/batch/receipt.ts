import { batchErrors, batchObjects } from '../contract/batch.ts';
import { BatchFailure } from './batch-failure.ts';
import { jsonType, type ObjectStore, readJson } from './object-store.ts';
import type { JobOutput, Part } from './part.ts';
import { below, placeText } from './place.ts';
import type { Plan } from './plan.ts';

/** The parts of a finished shard, by piece: who comes later need not look at each of them. */
export interface Receipt {
  readonly shard: number;
  readonly pieces: readonly (readonly Part[])[];
}

export async function writeReceipt({ store, output }: JobOutput, receipt: Receipt): Promise<void> {
  const bytes = Buffer.from(`${JSON.stringify(receipt)}\n`);
  await store.write(below(output, receiptKey(receipt.shard)), bytes, jsonType);
}

export async function readReceipt({ store, output }: JobOutput, shard: number): Promise<Receipt> {
  const place = below(output, receiptKey(shard));
  const receipt = await readJson<Receipt>(store, place);
  if (receipt) return receipt;
  throw new BatchFailure(batchErrors.totalsDiffer, `${placeText(place)} is gone`);
}

/** Numbers of the shards that have a receipt. */
export async function finishedShards(store: ObjectStore, plan: Plan): Promise<Set<number>> {
  const finished = new Set<number>();
  const prefix = below(plan.request.output, batchObjects.receipts);
  for await (const page of store.list(prefix)) {
    for (const { key } of page) {
      const match = /\/(\d+)\.json$/.exec(key);
      if (match) finished.add(Number(match[1]));
    }
  }
  return finished;
}

function receiptKey(shard: number): string {
  return `${batchObjects.receipts}${String(shard).padStart(5, '0')}.json`;
}
