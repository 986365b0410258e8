import type { Timer } from '../host/clock.ts';
import type { Host } from '../host/host.ts';

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** One combination of dimensions. Batches tell them apart by identity: make each once, and reuse. */
export type Dimensions = readonly Dimension[];

/** Milliseconds of cloud time between two sendings. */
const INTERVAL = 200;
/** CloudWatch's limit on different values in one datum. */
const VALUES_LIMIT = 150;
/** CloudWatch's limit on data in one call. */
const DATA_LIMIT = 1000;

interface Series {
  readonly unit: string;
  readonly counts: Map<number, number>;
}

/**
 * Metrics that a service emits about itself, sent a few times a second instead of per request.
 * CloudWatch stamps them on arrival.
 */
export class MetricBatch {
  readonly #host: Host;
  readonly #namespace: string;
  #series = new Map<Dimensions, Map<string, Series>>();
  #timer: Timer | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(host: Host, namespace: string) {
    this.#host = host;
    this.#namespace = namespace;
  }

  add(name: string, unit: string, value: number, dimensions: Dimensions): void {
    let metrics = this.#series.get(dimensions);
    if (!metrics) {
      metrics = new Map();
      this.#series.set(dimensions, metrics);
    }
    let series = metrics.get(name);
    if (!series) {
      series = { unit, counts: new Map() };
      metrics.set(name, series);
      this.#timer ??= this.#host.clock.at(
        this.#host.clock.now() + INTERVAL,
        () => void this.flush(),
      );
    }
    series.counts.set(value, (series.counts.get(value) ?? 0) + 1);
  }

  /** Sends what has gathered; resolves when everything up to now has arrived. */
  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const data = this.#takeData();
    for (let i = 0; i < data.length; i += DATA_LIMIT) {
      const part = data.slice(i, i + DATA_LIMIT);
      this.#sending = this.#sending.then(() => this.#send(part));
    }
    return this.#sending;
  }

  #takeData(): object[] {
    const data: object[] = [];
    for (const [Dimensions, metrics] of this.#series) {
      for (const [MetricName, { unit, counts }] of metrics) {
        const values = [...counts];
        for (let i = 0; i < values.length; i += VALUES_LIMIT) {
          const part = values.slice(i, i + VALUES_LIMIT);
          const Values = part.map(([value]) => value);
          const Counts = part.map(([, count]) => count);
          data.push({ MetricName, Dimensions, Unit: unit, Values, Counts });
        }
      }
    }
    this.#series = new Map();
    return data;
  }

  async #send(MetricData: object[]): Promise<void> {
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
