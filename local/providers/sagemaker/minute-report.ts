import type { Timer } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import type { EndpointMetrics } from './endpoint-metrics.ts';
import type { Endpoints } from './endpoints.ts';
import type { InferenceComponents } from './inference-components.ts';

const MINUTE = 60_000;

export interface ReportParts {
  readonly host: Host;
  readonly endpoints: Endpoints;
  readonly components: InferenceComponents;
  readonly asyncs: AsyncInvocations;
  readonly metrics: EndpointMetrics;
}

/** Metrics that say each minute what no request says: that there was none, and how many wait. */
export class MinuteReport {
  readonly #parts: ReportParts;
  #timer: Timer | undefined;

  constructor(parts: ReportParts) {
    this.#parts = parts;
  }

  start(): void {
    const { clock } = this.#parts.host;
    this.#timer = clock.at(clock.now() + MINUTE, () => {
      this.start();
      this.#reportEndpoints();
      this.#reportComponents();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #reportEndpoints(): void {
    const { endpoints, metrics, asyncs } = this.#parts;
    for (const { name, deployed } of endpoints.all()) {
      const fleet = endpoints.traffic(name)?.blue;
      for (const variant of fleet?.variants ?? [])
        metrics.idle(metrics.variant(name, variant.name));
      if (!deployed.config.settings.AsyncInferenceConfig) continue;
      const ready = fleet?.production[0]?.group.ready ?? 0;
      metrics.backlog(metrics.endpoint(name), asyncs.backlog(name), ready);
    }
  }

  #reportComponents(): void {
    const { components, metrics } = this.#parts;
    for (const { name, currentCopies } of components.all()) {
      if (currentCopies > 0) metrics.idle(metrics.component(name));
    }
  }
}
