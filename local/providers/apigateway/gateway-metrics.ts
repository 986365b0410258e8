import type { Host } from '../../host/host.ts';
import { type Dimensions, MetricBatch } from '../../telemetry/metric-batch.ts';

/** AWS/ApiGateway's metrics of REST APIs. */
export class GatewayMetrics {
  readonly #batch: MetricBatch;
  readonly #scopes = new Map<string, readonly Dimensions[]>();

  constructor(host: Host) {
    this.#batch = new MetricBatch(host, 'AWS/ApiGateway');
  }

  request(
    apiName: string,
    stage: string,
    status: number,
    latencyMs: number,
    integrationMs: number | undefined,
  ): void {
    for (const dimensions of this.#scope(apiName, stage)) {
      this.#batch.add('Count', 'Count', 1, dimensions);
      this.#batch.add('4XXError', 'Count', status >= 400 && status < 500 ? 1 : 0, dimensions);
      this.#batch.add('5XXError', 'Count', status >= 500 ? 1 : 0, dimensions);
      this.#batch.add('Latency', 'Milliseconds', Math.round(latencyMs), dimensions);
      if (integrationMs !== undefined) {
        this.#batch.add(
          'IntegrationLatency',
          'Milliseconds',
          Math.round(integrationMs),
          dimensions,
        );
      }
    }
  }

  flush(): Promise<void> {
    return this.#batch.flush();
  }

  #scope(apiName: string, stage: string): readonly Dimensions[] {
    const id = `${stage}/${apiName}`;
    let scope = this.#scopes.get(id);
    if (!scope) {
      const ofApi = [{ Name: 'ApiName', Value: apiName }];
      scope = [ofApi, [...ofApi, { Name: 'Stage', Value: stage }]];
      this.#scopes.set(id, scope);
    }
    return scope;
  }
}
