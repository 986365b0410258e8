import type { ApiAccess } from '../cloud/api-access.ts';
import { Traffic, type TrafficFigures } from '../cloud/traffic.ts';
import { exampleRequests } from '../example-request.ts';
import type { ModelStack } from './release-plan.ts';

/** Golden requests to several models at a steady rate each. */
export class GeneratedTraffic {
  readonly #traffic: ReadonlyMap<string, Traffic>;

  private constructor(traffic: ReadonlyMap<string, Traffic>) {
    this.#traffic = traffic;
  }

  static start(api: ApiAccess, targets: readonly ModelStack[], rate: number): GeneratedTraffic {
    const traffic = new Map<string, Traffic>();
    for (const { model } of targets) {
      const one = new Traffic({ ...api, model: model.name, requests: exampleRequests(model) });
      one.start(rate);
      traffic.set(model.name, one);
    }
    return new GeneratedTraffic(traffic);
  }

  /** Figures by model. Stopping again gives the same figures. */
  async stop(): Promise<Map<string, TrafficFigures>> {
    const figures = new Map<string, TrafficFigures>();
    for (const [model, traffic] of this.#traffic) figures.set(model, await traffic.stop());
    return figures;
  }
}
