import { batchErrors } from '../contract/batch.ts';
import type { ObjectBytes } from '../records/records.ts';
import { BatchFailure } from './batch-failure.ts';
import type { ObjectStore } from './object-store.ts';
import { type Place, placeText } from './place.ts';

/** An object of the input as the plan saw it. */
export interface InputObject {
  /** Key behind the input's prefix. */
  readonly name: string;
  readonly size: number;
  readonly etag: string;
}

/** Large enough for S3's throughput, small enough to drop what was read behind a slice's end. */
const defaultBlock = 4 * 1024 * 1024;

/**
 * Reads the object that the plan saw, and no other: every request names its ETag. Streams come in
 * blocks, so that a broken transfer costs one of them; the next block is on its way while one is used.
 */
export function objectBytes(
  store: ObjectStore,
  place: Place,
  { size, etag }: Omit<InputObject, 'name'>,
  block = defaultBlock,
): ObjectBytes {
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    if (start >= end) return new Uint8Array();
    const stored = await store.read(place, { range: { start, end }, etag });
    if (stored) return stored.bytes;
    throw new BatchFailure(
      batchErrors.inputChanged,
      `${placeText(place)} is not the object that the job was planned for: it was overwritten or deleted since; start a job with another output`,
    );
  };
  return {
    byteLength: size,
    read,
    async *stream(start, end) {
      const last = Math.min(end, size);
      const next = (from: number) => {
        const bytes = read(from, Math.min(last, from + block));
        // Left early, nobody awaits the block ahead.
        bytes.catch(() => undefined);
        return bytes;
      };
      let ahead = next(start);
      for (let at = start; at < last; at += block) {
        const current = ahead;
        if (at + block < last) ahead = next(at + block);
        yield await current;
      }
    },
  };
}
