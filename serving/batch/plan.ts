import { batchErrors, batchObjects } from '../contract/batch.ts';
import { wholeObject } from '../records/format.ts';
import type { ChunkSize, Slice } from '../records/records.ts';
import { BatchFailure } from './batch-failure.ts';
import type { JobRequest } from './job-request.ts';
import type { InputObject } from './object-bytes.ts';
import { type ObjectStore, readJson } from './object-store.ts';
import { below, type Place, placeText } from './place.ts';

/** What a job does, to the byte. Workers that come and go, and later releases of ours, follow it. */
export interface Plan {
  readonly layout: 1;
  /** Digest over the request, the model and the input's listing. */
  readonly job: string;
  /** Digest over the request and the model alone: by it a repeated command finds its job again. */
  readonly requestDigest: string;
  /** How often the job was started; a stop counts for its own run only. */
  readonly run: number;
  /** ISO 8601. */
  readonly created: string;
  readonly request: JobRequest;
  readonly model: { readonly name: string; readonly versions: readonly PlannedVersion[] };
  readonly input: PlannedInput;
  readonly shards: number;
  readonly pages: readonly PlanPage[];
  readonly chunk: ChunkSize;
  readonly part: PartSize;
  /** With `onlyNew`: the mark to set when the job has ended well. */
  readonly mark?: PlannedMark;
}

/** What every kind of job has planned: workers cut parts and chunks, a transform job does not. */
export type JobPlan = Omit<Plan, 'chunk' | 'part'>;

/** A part is closed behind the chunk that reaches one of these. */
export interface PartSize {
  readonly records: number;
  /** Of input text, and of output tensors. */
  readonly bytes: number;
}

export interface PlannedVersion {
  readonly version: string;
  readonly digest: string;
}

export interface PlannedInput {
  readonly objects: number;
  readonly bytes: number;
  /** Objects without a byte, which are in no shard. */
  readonly empty: number;
  /** Objects whose names begin with `_` or `.`: marks of other tools. */
  readonly skipped: number;
  readonly digest: string;
}

/** Shards from `first` on, one a line. */
export interface PlanPage {
  readonly first: number;
  /** Relative to the output. */
  readonly key: string;
}

export interface PlannedMark {
  readonly place: Place;
  /** Of the mark that the listing began from; undefined: there was none. */
  readonly etag?: string;
  /** Object below the output that holds the next mark. */
  readonly next: string;
}

export interface Shard {
  readonly number: number;
  readonly pieces: readonly Piece[];
}

/** A slice of one object. A shard has one of a large object, or many small objects as a whole. */
export interface Piece {
  readonly object: InputObject;
  readonly slice: Slice;
}

export function shardLine(pieces: readonly Piece[]): string {
  const rows = pieces.map(({ object: { name, size, etag }, slice: { start, end } }) =>
    start === 0 && end === wholeObject ? [name, size, etag] : [name, size, etag, start, end],
  );
  return `${JSON.stringify(rows)}\n`;
}

type PieceRow = readonly [name: string, size: number, etag: string, start?: number, end?: number];

function shardOf(number: number, line: string): Shard {
  const rows = JSON.parse(line) as readonly PieceRow[];
  const pieces = rows.map(([name, size, etag, start = 0, end = wholeObject]) => ({
    object: { name, size, etag },
    slice: { start, end },
  }));
  return { number, pieces };
}

export function readPlan<P extends JobPlan = Plan>(
  store: ObjectStore,
  output: Place,
): Promise<P | undefined> {
  return readJson<P>(store, below(output, batchObjects.plan));
}

/** The plan at its own place, `<output>_siskin/plan.json`. */
export async function openPlan<P extends JobPlan = Plan>(
  store: ObjectStore,
  place: Place,
): Promise<P> {
  const plan = await readJson<P>(store, place);
  if (plan) return plan;
  throw new BatchFailure(
    batchErrors.outputTaken,
    `${placeText(place)} is gone; start the job again`,
  );
}

/** The wanted shards in their order; pages without one are not read, and one page is held at a time. */
export async function* readShards(
  store: ObjectStore,
  plan: JobPlan,
  wanted: (shard: number) => boolean = () => true,
): AsyncGenerator<Shard> {
  for (const [index, { first, key }] of plan.pages.entries()) {
    const end = plan.pages[index + 1]?.first ?? plan.shards;
    const numbers = Array.from({ length: end - first }, (_, offset) => first + offset);
    const own = numbers.filter(wanted);
    if (own.length === 0) continue;
    const page = await store.read(below(plan.request.output, key));
    if (!page) {
      throw new BatchFailure(batchErrors.outputTaken, `the plan's page ${key} is gone`);
    }
    const lines = Buffer.from(page.bytes).toString('utf8').split('\n');
    for (const number of own) yield shardOf(number, lines[number - first] as string);
  }
}
