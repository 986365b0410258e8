import {
  type Metric,
  type MetricDatum,
  type MetricSeries,
  SeriesSet,
} from '../../telemetry/metric-series.ts';

/** Input of PutMetricData. */
export interface MetricCall extends Record<string, unknown> {
  readonly Namespace: string;
  readonly MetricData: readonly MetricDatum[];
}

/** So many metrics are remembered between calls. */
const SERIES_LIMIT = 10_000;

/** Values of many log lines, put together so that thousands of lines become a handful of data. */
export class LineMetrics {
  readonly #sets = new Map<string, SeriesSet>();
  readonly #series = new Map<string, MetricSeries>();

  /** The one series of a metric, for as long as `take` has not been called. */
  series(namespace: string, metric: Metric): MetricSeries {
    const { name, dimensions, resolution = 60 } = metric;
    let key = `${namespace}\0${name}\0${resolution}`;
    for (const { Name, Value } of dimensions) key += `\0${Name}\0${Value}`;
    let series = this.#series.get(key);
    if (!series) {
      series = this.#set(namespace).series(metric);
      this.#series.set(key, series);
    }
    return series;
  }

  /** What has gathered, as calls of PutMetricData. */
  take(): MetricCall[] {
    if (this.#series.size > SERIES_LIMIT) this.#series.clear();
    return [...this.#sets].flatMap(([Namespace, set]) =>
      set.take().map((MetricData) => ({ Namespace, MetricData })),
    );
  }

  #set(namespace: string): SeriesSet {
    let set = this.#sets.get(namespace);
    if (!set) {
      set = new SeriesSet();
      this.#sets.set(namespace, set);
    }
    return set;
  }
}
