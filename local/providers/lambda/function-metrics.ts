import type { Host } from '../../host/host.ts';
import { type Dimensions, MetricBatch } from '../../telemetry/metric-batch.ts';
import type { MetricSeries } from '../../telemetry/metric-series.ts';

/** Metrics of invocations by one function, with the name that was used and the version that ran. */
export interface MetricScope {
  readonly ended: readonly EndedMetrics[];
  /** Requests are throttled before a version is chosen. */
  readonly throttles: readonly MetricSeries[];
  readonly concurrency: MetricSeries;
}

interface EndedMetrics {
  readonly invocations: MetricSeries;
  readonly errors: MetricSeries;
  readonly duration: MetricSeries;
}

/** AWS/Lambda's metrics, with the dimensions that AWS gives them. */
export class FunctionMetrics {
  readonly #batch: MetricBatch;

  constructor(host: Host) {
    this.#batch = new MetricBatch(host, 'AWS/Lambda');
  }

  /** Make one per function, qualifier and version, and keep it. */
  scope(name: string, qualifier: string | undefined, version: string): MetricScope {
    const ofFunction = [{ Name: 'FunctionName', Value: name }];
    const resource = qualifier === undefined ? name : `${name}:${qualifier}`;
    const ofResource = [...ofFunction, { Name: 'Resource', Value: resource }];
    const isAlias = qualifier !== undefined && qualifier !== version;
    const ofVersion = [...ofResource, { Name: 'ExecutedVersion', Value: version }];
    const count = (metric: string, dimensions: Dimensions) =>
      this.#batch.series(metric, 'Count', dimensions);
    const scopes = isAlias ? [ofFunction, ofResource, ofVersion] : [ofFunction, ofResource];
    return {
      ended: scopes.map((dimensions) => ({
        invocations: count('Invocations', dimensions),
        errors: count('Errors', dimensions),
        duration: this.#batch.series('Duration', 'Milliseconds', dimensions),
      })),
      throttles: [count('Throttles', ofFunction), count('Throttles', ofResource)],
      concurrency: count('ConcurrentExecutions', ofFunction),
    };
  }

  invocation({ ended, throttles }: MetricScope, durationMs: number, failed: boolean): void {
    // CloudWatch keeps each different value: hundredths are as fine as Lambda reports.
    const hundredths = Math.round(durationMs * 100) / 100;
    for (const { invocations, errors, duration } of ended) {
      invocations.add(1);
      errors.add(failed ? 1 : 0);
      duration.add(hundredths);
    }
    for (const series of throttles) series.add(0);
  }

  /** A throttled request is no invocation. */
  throttle({ throttles }: MetricScope): void {
    for (const series of throttles) series.add(1);
  }

  concurrency(scope: MetricScope, running: number): void {
    scope.concurrency.add(running);
  }

  flush(): Promise<void> {
    return this.#batch.flush();
  }
}
