import type { Place } from './place.ts';

/** What a batch job asks of S3. Everything else that goes wrong there is an exception. */
export interface ObjectStore {
  /** The objects whose keys begin with the place's, in the order of their keys, page by page. */
  list(prefix: Place): AsyncIterable<readonly ListedObject[]>;
  head(place: Place): Promise<ObjectHead | undefined>;
  /** The object's bytes; undefined when it is not there, or is not the one of that ETag. */
  read(place: Place, options?: ReadOptions): Promise<StoredBytes | undefined>;
  /** Gives the ETag; undefined when the condition does not hold, and then nothing is written. */
  write(place: Place, bytes: Uint8Array, options?: WriteOptions): Promise<string | undefined>;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: Date;
}

export interface ObjectHead {
  readonly size: number;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredBytes {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

export interface ReadOptions {
  /** Bytes from `start` up to, not with, `end`. Default: all. */
  readonly range?: { readonly start: number; readonly end: number };
  readonly etag?: string;
}

export interface WriteOptions {
  readonly contentType?: string;
  /** ASCII. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Write only where nothing is, or only over the object of that ETag. */
  readonly condition?: 'absent' | { readonly etag: string };
}

/** A JSON object of our own; undefined when it is not there. */
export async function readJson<T>(store: ObjectStore, place: Place): Promise<T | undefined> {
  const stored = await store.read(place);
  return stored && (JSON.parse(Buffer.from(stored.bytes).toString('utf8')) as T);
}

export function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
}

export const jsonType = { contentType: 'application/json' } as const;
