import { Aggregate, type StatisticSet } from './aggregate.ts';
import { type MetricId, metricKey } from './metric-id.ts';

/** AWS keeps one-minute data for fifteen days. */
const RETENTION = 15 * 24 * 3600;
/** Distinct values kept in all, about 100 MB; when there are more, the oldest hours go first. */
const VALUE_BUDGET = 2_000_000;
const HOUR = 3600;

/** What one datum says: values and how often each occurred (once, unless told), or a statistic set. */
export interface Sample {
  readonly values?: readonly number[];
  readonly counts?: readonly number[] | undefined;
  readonly set?: StatisticSet;
}

/** A metric's data: one aggregate per minute (per second at high resolution), in order of time. */
export interface Series {
  readonly key: string;
  readonly id: MetricId;
  /** Of the newest datum. */
  unit: string | undefined;
  readonly starts: number[];
  readonly buckets: Aggregate[];
}

/** Every metric of the cloud, in memory. Times are whole seconds since the epoch. */
export class MetricStore {
  readonly #series = new Map<string, Series>();
  readonly #budget: number;
  #values = 0;

  constructor(budget = VALUE_BUDGET) {
    this.#budget = budget;
  }

  /** The bucket that starts at `start`, made when it is new. */
  bucket(id: MetricId, unit: string | undefined, start: number): Aggregate {
    const key = metricKey(id);
    let series = this.#series.get(key);
    if (!series) {
      series = { key, id, unit, starts: [], buckets: [] };
      this.#series.set(key, series);
    }
    series.unit = unit ?? series.unit;
    const index = firstAtOrAfter(series.starts, start);
    if (series.starts[index] !== start) {
      series.starts.splice(index, 0, start);
      series.buckets.splice(index, 0, new Aggregate());
    }
    return series.buckets[index] as Aggregate;
  }

  record(id: MetricId, unit: string | undefined, start: number, sample: Sample): void {
    this.change(this.bucket(id, unit, start), (bucket) => addSample(bucket, sample));
  }

  /** Changes a bucket of this store and keeps account of its size. */
  change(bucket: Aggregate, mutate: (bucket: Aggregate) => void): void {
    const before = bucket.values.size;
    mutate(bucket);
    this.#values += bucket.values.size - before;
    if (this.#values > this.#budget) this.#makeRoom();
  }

  find(id: MetricId): Series | undefined {
    return this.#series.get(metricKey(id));
  }

  all(): IterableIterator<Series> {
    return this.#series.values();
  }

  /** Start of the oldest data; undefined when there is none. */
  get oldest(): number | undefined {
    let oldest: number | undefined;
    for (const { starts } of this.#series.values()) {
      const first = starts[0];
      if (first !== undefined && (oldest === undefined || first < oldest)) oldest = first;
    }
    return oldest;
  }

  /** Forgets what is older than AWS would keep, and metrics without any data left. */
  prune(now: number): void {
    this.#dropBefore(now - RETENTION);
  }

  #makeRoom(): void {
    while (this.#values > this.#budget * 0.9) {
      const oldest = this.oldest;
      if (oldest === undefined) return;
      this.#dropBefore(oldest + HOUR);
    }
  }

  #dropBefore(time: number): void {
    for (const series of this.#series.values()) {
      const count = firstAtOrAfter(series.starts, time);
      if (count > 0) {
        series.starts.splice(0, count);
        for (const bucket of series.buckets.splice(0, count)) this.#values -= bucket.values.size;
      }
      if (series.starts.length === 0) this.#series.delete(series.key);
    }
  }
}

/** Start of the first bucket at or after `time`. */
export function nextStart(series: Series, time: number): number | undefined {
  return series.starts[firstAtOrAfter(series.starts, time)];
}

/** All data of a series from `start` up to, not including, `end`; undefined when there is none. */
export function windowOf(series: Series, start: number, end: number): Aggregate | undefined {
  const from = firstAtOrAfter(series.starts, start);
  const to = firstAtOrAfter(series.starts, end);
  if (to - from <= 1) return to > from ? series.buckets[from] : undefined;
  const whole = new Aggregate();
  for (let index = from; index < to; index++) whole.merge(series.buckets[index] as Aggregate);
  return whole;
}

export function addSample(bucket: Aggregate, { values = [], counts, set }: Sample): void {
  if (set) bucket.addSet(set);
  for (let i = 0; i < values.length; i++) bucket.add(values[i] as number, counts?.[i]);
}

function firstAtOrAfter(starts: readonly number[], time: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
