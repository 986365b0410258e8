import { inParallel } from './in-parallel.ts';
import { type JobOutput, type Part, partPrefix, readPart } from './part.ts';
import { PieceRun, type PieceWork } from './piece-run.ts';
import { below } from './place.ts';
import type { Shard } from './plan.ts';
import { writeReceipt } from './receipt.ts';

/** Requests for one listing at once. */
const width = 16;

/** Does what is left of a shard. Everything that was done is told by the objects in the output. */
export async function runShard(work: PieceWork, shard: Shard): Promise<void> {
  const earlier = await earlierParts(work.target, shard);
  const pieces: (readonly Part[])[] = [];
  for (const [index, piece] of shard.pieces.entries()) {
    work.onPiece();
    pieces.push(await new PieceRun(work, shard.number, piece, earlier[index] ?? []).run());
  }
  await writeReceipt(work.target, { shard: shard.number, pieces });
}

/** Parts of the pieces up to the first that is not complete: pieces are done one after the other. */
async function earlierParts(target: JobOutput, shard: Shard): Promise<(readonly Part[])[]> {
  const pieces: (readonly Part[])[] = [];
  const found = inParallel(shard.pieces, width, ({ object }) =>
    partsOf(target, partPrefix(object.name, shard.number)),
  );
  for await (const parts of found) {
    pieces.push(parts);
    if (!parts.at(-1)?.isLast) break;
  }
  return pieces;
}

async function partsOf(target: JobOutput, prefix: string): Promise<readonly Part[]> {
  const { store, output } = target;
  const keys: string[] = [];
  for await (const page of store.list(below(output, prefix))) {
    keys.push(...page.map(({ key }) => key.slice(output.key.length)));
  }
  const parts: Part[] = [];
  for await (const part of inParallel(keys, width, (key) => readPart(target, key))) {
    parts.push(part);
  }
  return parts;
}
