import { createHash } from 'node:crypto';
import { batchErrors, batchObjects } from '../contract/batch.ts';
import type { Position } from '../records/records.ts';
import { BatchFailure } from './batch-failure.ts';
import type { ObjectHead, ObjectStore } from './object-store.ts';
import { below, type Place, placeText } from './place.ts';

/** What a part tells of itself, in the object's metadata and in its shard's receipt. */
export interface Part {
  /** Relative to the output. */
  readonly key: string;
  readonly start: Position;
  readonly end: Position;
  /** Nothing of the slice is left behind it. */
  readonly isLast: boolean;
  /** Records read, those that failed among them. */
  readonly records: number;
  readonly rows: number;
  readonly errors: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly etag: string;
}

/** What a part's metadata holds: all that its object's key, size and ETag do not say. */
interface PartFacts extends Omit<Part, 'key' | 'bytes' | 'etag'> {
  readonly job: string;
}

const metadataName = 'siskin-part';

/** Where the parts of one slice of an object lie; the names order like the rows. */
export function partPrefix(objectName: string, shard: number): string {
  return `${objectName}/part-${digits(shard)}-`;
}

export function partKey(objectName: string, shard: number, index: number, extension: string) {
  return `${partPrefix(objectName, shard)}${digits(index)}.${extension}`;
}

/**
 * The name carries the number of failed rows: a listing tells the job's sum, without a look into the
 * files.
 */
export function errorKey(objectName: string, shard: number, index: number, errors: number) {
  return `${batchObjects.errors}${partPrefix(objectName, shard)}${digits(index)}.${errors}.jsonl`;
}

/** Failed rows of an error file by its key; undefined for what is none. */
export function errorsOfKey(key: string): number | undefined {
  const match = /\.(\d+)\.jsonl$/.exec(key);
  return match ? Number(match[1]) : undefined;
}

/** The shard of a part, by the part's key. */
export function shardOfKey(key: string): number | undefined {
  const match = /\/part-(\d{5,})-\d{5,}\.[a-z]+$/.exec(key);
  return match ? Number(match[1]) : undefined;
}

function digits(number: number): string {
  return String(number).padStart(5, '0');
}

export type NewPart = Omit<Part, 'bytes' | 'sha256' | 'etag'>;

/** The job's identity on every part, and where its parts lie. */
export interface JobOutput {
  readonly store: ObjectStore;
  readonly output: Place;
  readonly job: string;
}

/**
 * Writes a part with one request, which happens or does not. A part that is there already, because its
 * writer was thought dead, holds the same rows and stays.
 */
export async function writePart(
  { store, output, job }: JobOutput,
  part: NewPart,
  bytes: Uint8Array,
  contentType: string,
): Promise<Part> {
  const { key, ...rest } = part;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const facts: PartFacts = { ...rest, sha256, job };
  const place = below(output, key);
  const metadata = { [metadataName]: JSON.stringify(facts) };
  const options = { contentType, metadata, condition: 'absent' } as const;
  const etag = await store.write(place, bytes, options);
  if (etag) return { ...part, sha256, bytes: bytes.byteLength, etag };
  const found = await readPart({ store, output, job }, key);
  if (found.start.offset === part.start.offset && found.end.offset === part.end.offset)
    return found;
  throw new BatchFailure(
    batchErrors.totalsDiffer,
    `${placeText(place)} covers ${found.start.offset} to ${found.end.offset} of its input, where ${part.start.offset} to ${part.end.offset} was read now; delete the output and start again`,
  );
}

/** What a part that is there says of itself; refuses one that another job wrote. */
export async function readPart({ store, output, job }: JobOutput, key: string): Promise<Part> {
  const place = below(output, key);
  const head = await store.head(place);
  const facts = head && factsOf(head);
  if (!head || !facts || facts.job !== job) {
    throw new BatchFailure(
      batchErrors.outputTaken,
      `${placeText(place)} was not written by this job; choose another output, or delete it`,
    );
  }
  const { job: _, ...rest } = facts;
  return { key, ...rest, bytes: head.size, etag: head.etag };
}

function factsOf({ metadata }: ObjectHead): PartFacts | undefined {
  const text = metadata[metadataName];
  return text === undefined ? undefined : (JSON.parse(text) as PartFacts);
}
