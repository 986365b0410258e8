import type { Host } from '../../host/host.ts';
import { MetricBatch } from '../../telemetry/metric-batch.ts';
import type { Dimensions, MetricSeries } from '../../telemetry/metric-series.ts';

/** AWS/ApiGateway's metrics of REST APIs. */
export class GatewayMetrics {
  readonly #batch: MetricBatch;
  readonly #stages = new Map<string, StageMetrics>();

  constructor(host: Host) {
    this.#batch = new MetricBatch(host, 'AWS/ApiGateway');
  }

  stage(apiName: string, stage: string): StageMetrics {
    const id = `${stage}/${apiName}`;
    let metrics = this.#stages.get(id);
    if (!metrics) {
      metrics = new StageMetrics(this.#batch, apiName, stage);
      this.#stages.set(id, metrics);
    }
    return metrics;
  }

  flush(): Promise<void> {
    return this.#batch.flush();
  }
}

/** What every request to a stage counts in: the metrics of its API, and the same of the stage. */
export class StageMetrics {
  readonly #scopes: readonly ScopeMetrics[];

  constructor(batch: MetricBatch, apiName: string, stage: string) {
    const ofApi = [{ Name: 'ApiName', Value: apiName }];
    const ofStage = [...ofApi, { Name: 'Stage', Value: stage }];
    this.#scopes = [new ScopeMetrics(batch, ofApi), new ScopeMetrics(batch, ofStage)];
  }

  request(status: number, latencyMs: number, integrationMs: number | undefined): void {
    for (const scope of this.#scopes) scope.request(status, latencyMs, integrationMs);
  }
}

class ScopeMetrics {
  readonly #count: MetricSeries;
  readonly #clientErrors: MetricSeries;
  readonly #serverErrors: MetricSeries;
  readonly #latency: MetricSeries;
  readonly #integrationLatency: MetricSeries;

  constructor(batch: MetricBatch, dimensions: Dimensions) {
    this.#count = batch.series('Count', 'Count', dimensions);
    this.#clientErrors = batch.series('4XXError', 'Count', dimensions);
    this.#serverErrors = batch.series('5XXError', 'Count', dimensions);
    this.#latency = batch.series('Latency', 'Milliseconds', dimensions);
    this.#integrationLatency = batch.series('IntegrationLatency', 'Milliseconds', dimensions);
  }

  request(status: number, latencyMs: number, integrationMs: number | undefined): void {
    this.#count.add(1);
    this.#clientErrors.add(status >= 400 && status < 500 ? 1 : 0);
    this.#serverErrors.add(status >= 500 ? 1 : 0);
    this.#latency.add(Math.round(latencyMs));
    if (integrationMs !== undefined) this.#integrationLatency.add(Math.round(integrationMs));
  }
}
