/** As many distinct values of a minute are kept exactly; that is all that most metrics ever have. */
const EXACT_VALUES = 1000;
/** Beyond that, values are kept on a grid of 1 % steps: a percentile is then right within 0.5 %. */
const GRID = Math.log(1.01);

export interface StatisticSet {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** An aggregate as JSON. */
export interface KeptAggregate extends StatisticSet {
  readonly opaque?: boolean;
  readonly values: readonly (readonly [value: number, count: number])[];
}

/**
 * The values of one metric over some time. Count, sum and extremes are exact; the values themselves
 * are kept as value -> how often, which bounds memory and still gives percentiles.
 */
export class Aggregate {
  count = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  /** Part of the data came as statistic sets, which say nothing about percentiles. */
  opaque = false;
  readonly values = new Map<number, number>();
  #onGrid = false;

  /** What `toJSON` gave. */
  static from(kept: KeptAggregate): Aggregate {
    const aggregate = new Aggregate();
    aggregate.#widen(kept.count, kept.sum, kept.min, kept.max);
    aggregate.opaque = kept.opaque ?? false;
    for (const [value, count] of kept.values) aggregate.#keep(value, count);
    return aggregate;
  }

  toJSON(): KeptAggregate {
    const { count, sum, min, max } = this;
    return { count, sum, min, max, ...(this.opaque && { opaque: true }), values: [...this.values] };
  }

  add(value: number, count = 1): void {
    this.#widen(count, value * count, value, value);
    this.#keep(value, count);
  }

  addSet(set: StatisticSet): void {
    // CloudWatch takes a set of equal values for what it is.
    if (set.count === 1 || set.min === set.max) {
      this.#keep(set.min, set.count);
    } else {
      this.opaque = true;
    }
    this.#widen(set.count, set.sum, set.min, set.max);
  }

  merge(other: Aggregate): void {
    this.#widen(other.count, other.sum, other.min, other.max);
    this.opaque ||= other.opaque;
    for (const [value, count] of other.values) this.#keep(value, count);
  }

  /** Values in ascending order, each with how often it occurred. */
  sorted(): [value: number, count: number][] {
    return [...this.values].sort((a, b) => a[0] - b[0]);
  }

  #widen(count: number, sum: number, min: number, max: number): void {
    this.count += count;
    this.sum += sum;
    if (min < this.min) this.min = min;
    if (max > this.max) this.max = max;
  }

  #keep(value: number, count: number): void {
    const key = this.#onGrid ? onGrid(value) : value;
    this.values.set(key, (this.values.get(key) ?? 0) + count);
    if (this.values.size > EXACT_VALUES && !this.#onGrid) this.#coarsen();
  }

  #coarsen(): void {
    this.#onGrid = true;
    const exact = [...this.values];
    this.values.clear();
    for (const [value, count] of exact) this.#keep(value, count);
  }
}

function onGrid(value: number): number {
  if (value === 0) return 0;
  return Math.sign(value) * Math.exp(Math.round(Math.log(Math.abs(value)) / GRID) * GRID);
}
