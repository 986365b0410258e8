import type { Timer } from '../host/clock.ts';
import type { Host } from '../host/host.ts';
import {
  type Dimensions,
  type MetricDatum,
  type MetricSeries,
  SeriesSet,
} from './metric-series.ts';

export type { Dimension, Dimensions } from './metric-series.ts';

/** Milliseconds of cloud time between two sendings. */
const INTERVAL = 200;

/**
 * Metrics that a service emits about itself, sent a few times a second instead of per request.
 * CloudWatch stamps them on arrival.
 */
export class MetricBatch {
  readonly #host: Host;
  readonly #namespace: string;
  readonly #set = new SeriesSet(() => this.#arm());
  /** Of `add`, which tells dimensions apart by identity; forgotten with each sending. */
  readonly #series = new Map<Dimensions, Map<string, MetricSeries>>();
  #timer: Timer | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(host: Host, namespace: string) {
    this.#host = host;
    this.#namespace = namespace;
  }

  /** A metric to be kept and added to: the quick way for what every request reports. */
  series(name: string, unit: string, dimensions: Dimensions): MetricSeries {
    return this.#set.series({ name, unit, dimensions });
  }

  add(name: string, unit: string, value: number, dimensions: Dimensions): void {
    let metrics = this.#series.get(dimensions);
    if (!metrics) {
      metrics = new Map();
      this.#series.set(dimensions, metrics);
    }
    let series = metrics.get(name);
    if (!series) {
      series = this.series(name, unit, dimensions);
      metrics.set(name, series);
    }
    series.add(value);
  }

  /** Sends what has gathered; resolves when everything up to now has arrived. */
  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#series.clear();
    for (const data of this.#set.take()) {
      this.#sending = this.#sending.then(() => this.#send(data));
    }
    return this.#sending;
  }

  #arm(): void {
    const { clock } = this.#host;
    this.#timer ??= clock.at(clock.now() + INTERVAL, () => void this.flush());
  }

  async #send(MetricData: readonly MetricDatum[]): Promise<void> {
    try {
      await this.#host.call('cloudwatch', 'PutMetricData', {
        Namespace: this.#namespace,
        MetricData,
      });
    } catch (error) {
      this.#host.log.error(`Metrics of ${this.#namespace} were lost`, error);
    }
  }
}
