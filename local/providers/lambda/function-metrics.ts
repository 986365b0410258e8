import type { Host } from '../../host/host.ts';
import { type Dimensions, MetricBatch } from '../../telemetry/metric-batch.ts';

/** Where an invocation counts: its function, what was named, the version that an alias chose. */
export interface MetricScope {
  readonly function: Dimensions;
  readonly resource: Dimensions;
  readonly version: Dimensions | undefined;
}

/** AWS/Lambda's metrics, with the dimensions that AWS gives them. */
export class FunctionMetrics {
  readonly #batch: MetricBatch;

  constructor(host: Host) {
    this.#batch = new MetricBatch(host, 'AWS/Lambda');
  }

  /** Make one per function, qualifier and version, and keep it. */
  static scope(name: string, qualifier: string | undefined, version: string): MetricScope {
    const ofFunction = [{ Name: 'FunctionName', Value: name }];
    const resource = qualifier === undefined ? name : `${name}:${qualifier}`;
    const ofResource = [...ofFunction, { Name: 'Resource', Value: resource }];
    const isAlias = qualifier !== undefined && qualifier !== version;
    const ofVersion = [...ofResource, { Name: 'ExecutedVersion', Value: version }];
    return {
      function: ofFunction,
      resource: ofResource,
      version: isAlias ? ofVersion : undefined,
    };
  }

  invocation(scope: MetricScope, durationMs: number, failed: boolean): void {
    // CloudWatch keeps each different value: hundredths are as fine as Lambda reports.
    const duration = Math.round(durationMs * 100) / 100;
    for (const dimensions of [scope.function, scope.resource, scope.version]) {
      if (!dimensions) continue;
      this.#batch.add('Invocations', 'Count', 1, dimensions);
      this.#batch.add('Errors', 'Count', failed ? 1 : 0, dimensions);
      this.#batch.add('Duration', 'Milliseconds', duration, dimensions);
    }
    this.#throttles(scope, 0);
  }

  /** A throttled request is no invocation. */
  throttle(scope: MetricScope): void {
    this.#throttles(scope, 1);
  }

  concurrency(scope: MetricScope, running: number): void {
    this.#batch.add('ConcurrentExecutions', 'Count', running, scope.function);
  }

  flush(): Promise<void> {
    return this.#batch.flush();
  }

  /** Requests are throttled before a version is chosen. */
  #throttles(scope: MetricScope, count: number): void {
    this.#batch.add('Throttles', 'Count', count, scope.function);
    this.#batch.add('Throttles', 'Count', count, scope.resource);
  }
}
