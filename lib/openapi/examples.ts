import { readGoldenFile } from '../model-repository/golden-file.ts';
import type { Model } from '../model-repository/model.ts';

/** One request of a model with its answer, from the live version's golden.json. */
export interface Example {
  readonly model: string;
  readonly request: unknown;
  readonly response: unknown;
}

/** A reference page is no place for an image in full; larger cases are left out. */
const maxCharacters = 16_384;

/** The first golden case of each model that is small enough to be read by people. */
export function examplesOf(models: readonly Model[]): Example[] {
  return models.flatMap((model) => {
    const live = model.versions.find(({ version }) => version === model.live);
    if (!live?.goldenPath) return [];
    const found = readGoldenFile(live.goldenPath).golden?.cases.find(
      ({ request }) => JSON.stringify(request).length <= maxCharacters,
    );
    if (!found) return [];
    const response = { model_name: model.name, model_version: model.live, outputs: found.outputs };
    return [{ model: model.name, request: found.request, response }];
  });
}
