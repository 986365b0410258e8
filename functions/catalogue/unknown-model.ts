import { distance } from 'fastest-levenshtein';
import type { CatalogueModel } from '../../serving/contract/manifest.ts';
import { SiskinError } from '../../serving/error/siskin-error.ts';
import { quote, quoteNames } from '../../serving/protocol/quote.ts';

/** Says which models there are, those with the nearest names first. */
export function unknownModel(name: string, models: readonly CatalogueModel[]): SiskinError {
  // Names are at most 128 characters; a longer text is near to none of them.
  const wanted = name.slice(0, 128);
  const nearest = models
    .map((model) => ({ name: model.name, far: distance(wanted, model.name) }))
    .toSorted((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .map((model) => model.name);
  const message = `no model ${quote(name)}; there are: ${quoteNames(nearest)}`;
  return new SiskinError('model_not_found', message);
}
