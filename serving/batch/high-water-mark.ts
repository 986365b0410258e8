import { createHash } from 'node:crypto';
import { batchErrors, batchObjects } from '../contract/batch.ts';
import { BatchFailure } from './batch-failure.ts';
import { jsonBytes, jsonType, type ListedObject, type ObjectStore } from './object-store.ts';
import { below, type Place, placeText } from './place.ts';
import type { PlannedMark } from './plan.ts';

/** What earlier jobs have read of an input. */
interface Mark {
  /** Latest time of writing among the objects that were read. ISO 8601. */
  readonly until: string;
  /** Those of them that were written within the overlap before it, each by a short digest. */
  readonly recent: readonly string[];
}

/**
 * Times alone would lose objects: S3 counts whole seconds, and dates an object that was uploaded in
 * parts by the upload's beginning. So the next job looks an hour behind the mark once more, and leaves
 * out what it knows by name and ETag.
 */
const overlapMillis = 3_600_000;

/** Tells new objects from those that earlier jobs have read, and remembers both for the next job. */
export class HighWaterMark {
  readonly place: Place;
  readonly #etag: string | undefined;
  readonly #known: ReadonlySet<string>;
  readonly #since: number;
  readonly #seen = new Map<string, number>();
  #until: number;

  private constructor(place: Place, mark: Mark | undefined, etag: string | undefined) {
    this.place = place;
    this.#etag = etag;
    this.#known = new Set(mark?.recent);
    this.#until = mark ? Date.parse(mark.until) : Number.NEGATIVE_INFINITY;
    this.#since = this.#until - overlapMillis;
  }

  static async open(store: ObjectStore, marks: Place, input: Place): Promise<HighWaterMark> {
    const name = createHash('sha256').update(placeText(input)).digest('hex').slice(0, 32);
    const place = below(marks, `${name}.json`);
    const stored = await store.read(place);
    const mark = stored && JSON.parse(Buffer.from(stored.bytes).toString('utf8'));
    return new HighWaterMark(place, mark, stored?.etag);
  }

  isNew({ key, etag, modified }: ListedObject): boolean {
    const time = modified.getTime();
    if (time <= this.#since) return false;
    const name = createHash('sha256').update(`${key}\0${etag}`).digest('base64url').slice(0, 12);
    this.#seen.set(name, time);
    this.#until = Math.max(this.#until, time);
    return !this.#known.has(name);
  }

  /** Keeps the next mark beside the plan; it counts once the job has ended well. */
  async keep(store: ObjectStore, output: Place): Promise<PlannedMark | undefined> {
    if (this.#seen.size === 0) return undefined;
    const since = this.#until - overlapMillis;
    const recent = [...this.#seen].filter(([, time]) => time > since).map(([name]) => name);
    const mark: Mark = { until: new Date(this.#until).toISOString(), recent };
    const bytes = jsonBytes(mark);
    const digest = createHash('sha256').update(bytes).digest('hex');
    const next = `${batchObjects.shards}mark-${digest.slice(0, 16)}.json`;
    await store.write(below(output, next), bytes, jsonType);
    return { place: this.place, next, ...(this.#etag && { etag: this.#etag }) };
  }
}

/** Sets the mark, unless another job has moved it since: then both have read the same objects. */
export async function advanceMark(
  store: ObjectStore,
  output: Place,
  { place, etag, next }: PlannedMark,
): Promise<void> {
  const kept = await store.read(below(output, next));
  if (!kept) throw new BatchFailure(batchErrors.totalsDiffer, `the job's mark ${next} is gone`);
  const condition = etag ? { etag } : ('absent' as const);
  if (await store.write(place, kept.bytes, { ...jsonType, condition })) return;
  const current = await store.read(place);
  if (current && Buffer.compare(current.bytes, kept.bytes) === 0) return;
  throw new BatchFailure(
    batchErrors.totalsDiffer,
    `another job with onlyNew has read the same input meanwhile and moved ${placeText(place)}; objects may be in both outputs: keep one of them`,
  );
}
