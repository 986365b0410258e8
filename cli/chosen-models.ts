import { statSync } from 'node:fs';
import { closest } from 'fastest-levenshtein';
import type { Model } from '../lib/model-repository/model.ts';
import { RepositoryError } from '../lib/model-repository/problem.ts';
import {
  inspectModelRepository,
  listModels,
} from '../lib/model-repository/read-model-repository.ts';
import { CommandError, exitCodes } from './command-error.ts';

/** Every model of a repository, or the one that is named. Throws with all that is wrong with them. */
export function chosenModels(folder: string, only?: string): readonly Model[] {
  requireModel(folder, only);
  const { models, problems } = inspectModelRepository(folder, only);
  const all = [...problems, ...models.flatMap((reading) => reading.problems)];
  if (all.length > 0) throw new RepositoryError(folder, all);
  return models.flatMap(({ model }) => (model === undefined ? [] : [model]));
}

/** A folder or a model that is not there means that nothing could be tried. */
export function requireModel(folder: string, name?: string): void {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CommandError(
      `There is no folder ${folder}. Name the model repository with --models DIR.`,
      exitCodes.couldNotTry,
    );
  }
  const { names } = listModels(folder);
  if (name === undefined || names.includes(name)) return;
  const hint =
    names.length === 0
      ? 'The repository holds no model.'
      : `The nearest is "${closest(name, [...names])}"; there are: ${names.join(', ')}.`;
  throw new CommandError(
    `There is no model "${name}" in ${folder}. ${hint}`,
    exitCodes.couldNotTry,
  );
}
