import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { EmbeddedMetrics } from './embedded-metrics.ts';
import { LineMetrics, type MetricCall } from './line-metrics.ts';
import type { LogStore } from './log-store.ts';
import type { MetricFilters } from './metric-filter.ts';

/** AWS's limit on one call. */
const MAX_EVENTS = 10_000;

interface PutLogEvents {
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly logEvents: readonly { readonly timestamp: number; readonly message: string }[];
}

/**
 * Takes in log lines and the metrics in them. Every line of every function comes through here, so
 * it is looked at with as little effort as can be: no schema, one pass, one call for all metrics.
 */
export class Ingestion {
  readonly #host: Host;
  readonly #store: LogStore;
  readonly #filters: MetricFilters;
  readonly #metrics = new LineMetrics();
  readonly #embedded = new EmbeddedMetrics(this.#metrics);
  /** Each kind of broken line is reported once for a group. */
  readonly #reported = new Set<string>();

  constructor(host: Host, store: LogStore, filters: MetricFilters) {
    this.#host = host;
    this.#store = store;
    this.#filters = filters;
  }

  async put({ logGroupName, logStreamName, logEvents }: PutLogEvents): Promise<void> {
    const stream = this.#store.stream(logGroupName, logStreamName);
    checkEvents(logEvents);
    this.#store.append(stream, logEvents);
    const filters = this.#filters.readyFor(logGroupName);
    for (const { message } of logEvents) {
      const problem = this.#embedded.take(message);
      if (problem !== undefined) this.#report(logGroupName, problem);
      for (const filter of filters) filter.take(message, this.#metrics);
    }
    for (const call of this.#metrics.take()) await this.#publish(logGroupName, call);
  }

  /** Lines are kept whatever becomes of their metrics. */
  async #publish(group: string, input: MetricCall): Promise<void> {
    try {
      await this.#host.call('cloudwatch', 'PutMetricData', input);
    } catch (error) {
      this.#report(group, (error as Error).message);
    }
  }

  #report(group: string, problem: string): void {
    const report = `${group}: metrics in the log are lost: ${problem}`;
    if (this.#reported.has(report)) return;
    this.#reported.add(report);
    this.#host.log.warn(report);
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
