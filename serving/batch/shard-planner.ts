import { wholeObject } from '../records/format.ts';
import { formOf, slicesOf } from '../records/formats.ts';
import type { ObjectBytes } from '../records/records.ts';
import type { InputObject } from './object-bytes.ts';
import type { Piece } from './plan.ts';

/** What an object costs beside its bytes, in bytes that could be read meanwhile: two requests. */
const objectWeight = 64 * 1024;

/**
 * Cuts large objects and gathers small ones, so that shards take about equally long. Objects keep
 * their order; nothing is held but the shard that is being gathered.
 */
export async function* planShards(
  pages: AsyncIterable<readonly InputObject[]>,
  shardBytes: number,
  open: (object: InputObject) => ObjectBytes,
): AsyncGenerator<readonly Piece[]> {
  let gathered: Piece[] = [];
  let weight = 0;
  for await (const page of pages) {
    for (const object of page) {
      const isLarge = object.size > shardBytes;
      if (gathered.length > 0 && (isLarge || weight + object.size > shardBytes)) {
        yield gathered;
        gathered = [];
        weight = 0;
      }
      if (isLarge) yield* slicedObject(object, shardBytes, open);
      else {
        gathered.push({ object, slice: { start: 0, end: wholeObject } });
        weight += object.size + objectWeight;
      }
    }
  }
  if (gathered.length > 0) yield gathered;
}

async function* slicedObject(
  object: InputObject,
  shardBytes: number,
  open: (object: InputObject) => ObjectBytes,
): AsyncGenerator<readonly Piece[]> {
  for (const slice of await slicesOf(formOf(object.name), open(object), shardBytes)) {
    yield [{ object, slice }];
  }
}
