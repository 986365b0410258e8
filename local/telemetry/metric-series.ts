export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** One combination of dimensions. */
export type Dimensions = readonly Dimension[];

export interface Metric {
  readonly name: string;
  readonly dimensions: Dimensions;
  readonly unit?: string | undefined;
  /** Seconds: 1 for a metric of high resolution. */
  readonly resolution?: number | undefined;
}

/** An element of PutMetricData's list. */
export interface MetricDatum {
  readonly MetricName: string;
  readonly Dimensions: Dimensions;
  readonly Unit?: string;
  readonly StorageResolution?: number;
  readonly Values: number[];
  readonly Counts: number[];
}

/** CloudWatch's limit on different values in one datum. */
const VALUES_LIMIT = 150;
/** CloudWatch's limit on data in one call. */
const DATA_LIMIT = 1000;

/** One metric, and how often it has had which value since they were last taken. */
export class MetricSeries {
  readonly #metric: Metric;
  readonly #onFirst: (series: MetricSeries) => void;
  readonly #counts = new Map<number, number>();
  /** The value that came last, and how often in a row: most metrics say 1 or 0 over and over. */
  #value = 0;
  #run = 0;

  /** Use SeriesSet.series. */
  constructor(metric: Metric, onFirst: (series: MetricSeries) => void) {
    this.#metric = metric;
    this.#onFirst = onFirst;
  }

  add(value: number): void {
    if (value !== this.#value || this.#run === 0) {
      if (this.#run > 0) this.#endRun();
      else this.#onFirst(this);
      this.#value = value;
      this.#run = 0;
    }
    this.#run += 1;
  }

  /** The values, after which there are none. */
  take(): MetricDatum[] {
    this.#endRun();
    const { name, dimensions, unit, resolution } = this.#metric;
    const head = {
      MetricName: name,
      Dimensions: dimensions,
      ...(unit && { Unit: unit }),
      ...(resolution && { StorageResolution: resolution }),
    };
    const data: MetricDatum[] = [];
    let datum: MetricDatum | undefined;
    for (const [value, count] of this.#counts) {
      if (!datum || datum.Values.length === VALUES_LIMIT) {
        datum = { ...head, Values: [], Counts: [] };
        data.push(datum);
      }
      datum.Values.push(value);
      datum.Counts.push(count);
    }
    this.#counts.clear();
    return data;
  }

  #endRun(): void {
    this.#counts.set(this.#value, (this.#counts.get(this.#value) ?? 0) + this.#run);
    this.#run = 0;
  }
}

/** Metrics of one namespace on their way to CloudWatch. */
export class SeriesSet {
  readonly #onFirst: (series: MetricSeries) => void;
  #begun: MetricSeries[] = [];

  /** `onFirst` is told of the first value after each taking. */
  constructor(onFirst: () => void = () => {}) {
    this.#onFirst = (series) => {
      if (this.#begun.push(series) === 1) onFirst();
    };
  }

  /** Make one for each metric and keep it: two of the same metric are added up by CloudWatch only. */
  series(metric: Metric): MetricSeries {
    return new MetricSeries(metric, this.#onFirst);
  }

  /** What has gathered, in portions for a call each. */
  take(): MetricDatum[][] {
    const begun = this.#begun;
    this.#begun = [];
    const data = begun.flatMap((series) => series.take());
    const portions: MetricDatum[][] = [];
    for (let i = 0; i < data.length; i += DATA_LIMIT) portions.push(data.slice(i, i + DATA_LIMIT));
    return portions;
  }
}
