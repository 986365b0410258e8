import { AwsError } from '../../host/aws-error.ts';
import type { Timer } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { takeEmbeddedMetrics } from './embedded-metrics.ts';
import type { LogStore } from './log-store.ts';
import { MetricBatch } from './metric-batch.ts';
import type { MetricFilters } from './metric-filter.ts';

/** AWS's limit on one call. */
const MAX_EVENTS = 10_000;
/**
 * Metrics are gathered for so long (cloud time) before they are passed on: a thousand requests a
 * second are then a few data instead of thousands.
 */
const GATHER_INTERVAL = 250;

interface PutLogEvents {
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly logEvents: readonly { readonly timestamp: number; readonly message: string }[];
}

/**
 * Takes in log lines and the metrics in them. Every line of every function comes through here, so
 * it is looked at with as little effort as can be: no schema, one pass, one call for many metrics.
 */
export class Ingestion {
  readonly #host: Host;
  readonly #store: LogStore;
  readonly #filters: MetricFilters;
  /** Each problem is reported once. */
  readonly #reported = new Set<string>();
  #gathered = new MetricBatch();
  #timer: Timer | undefined;

  constructor(host: Host, store: LogStore, filters: MetricFilters) {
    this.#host = host;
    this.#store = store;
    this.#filters = filters;
  }

  put({ logGroupName, logStreamName, logEvents }: PutLogEvents): void {
    const stream = this.#store.stream(logGroupName, logStreamName);
    checkEvents(logEvents);
    this.#store.append(stream, logEvents);
    for (const { message } of logEvents) {
      const problem = takeEmbeddedMetrics(message, this.#gathered);
      if (problem !== undefined) this.#report(`metrics in a line of ${logGroupName}: ${problem}`);
      this.#filters.take(logGroupName, message, this.#gathered);
    }
    if (this.#gathered.isEmpty || this.#timer) return;
    this.#timer = this.#host.clock.at(this.#host.clock.now() + GATHER_INTERVAL, () => {
      void this.publish();
    });
  }

  /** Passes on what has been gathered. Lines are kept whatever becomes of their metrics. */
  async publish(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const batch = this.#gathered;
    this.#gathered = new MetricBatch();
    for (const input of batch.calls()) {
      try {
        await this.#host.call('cloudwatch', 'PutMetricData', input);
      } catch (error) {
        this.#report(`metrics in the logs are lost: ${(error as Error).message}`);
      }
    }
  }

  #report(problem: string): void {
    if (this.#reported.has(problem)) return;
    this.#reported.add(problem);
    this.#host.log.warn(problem);
  }
}

function checkEvents(events: PutLogEvents['logEvents']): void {
  const isList = Array.isArray(events) && events.length > 0 && events.length <= MAX_EVENTS;
  const wellFormed =
    isList &&
    events.every(
      ({ timestamp, message }) => typeof timestamp === 'number' && typeof message === 'string',
    );
  if (wellFormed) return;
  const wanted = `1 to ${MAX_EVENTS} events with a timestamp (a number) and a message (a string)`;
  throw new AwsError('InvalidParameterException', `logEvents: expected ${wanted}`);
}
