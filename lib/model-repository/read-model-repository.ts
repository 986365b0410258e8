import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { awsName, modelNamePattern } from './aws-name.ts';
import type { ModelRepository } from './model.ts';
import { type Problem, RepositoryError } from './problem.ts';
import { type ModelReading, readModel } from './read-model.ts';

/** Reads a model repository. Throws one RepositoryError with every problem in it. */
export function readModelRepository(folder: string): ModelRepository {
  const { models, problems } = inspectModelRepository(folder);
  const all = [...problems, ...models.flatMap((reading) => reading.problems)];
  if (all.length > 0) throw new RepositoryError(folder, all);
  return { folder, models: models.flatMap(({ model }) => (model === undefined ? [] : [model])) };
}

export interface RepositoryInspection {
  readonly models: readonly ModelReading[];
  /** Problems of the repository itself; each model has its own. */
  readonly problems: readonly Problem[];
}

/** Reads what can be read and collects what is wrong. With `only`, no other model's folder is read. */
export function inspectModelRepository(folder: string, only?: string): RepositoryInspection {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    const fix = 'Make the folder and put a model in it as <model>/1/model.onnx, or name another';
    return { models: [], problems: [{ file: folder, problem: 'is not a folder', fix }] };
  }
  const { names, problems } = listModels(folder);
  const read = (name: string) => readModel(name, join(folder, name));
  if (only === undefined) {
    return { models: names.map(read), problems: [...problems, ...collisions(folder, names)] };
  }
  const rivals = names.filter((name) => name !== only && sameInAws(name, only));
  return {
    models: names.filter((name) => name === only).map(read),
    problems: collisions(folder, [...rivals, only]),
  };
}

/** Files beside the models' folders (a README, a licence) are nobody's business, except models. */
export function listModels(folder: string): {
  readonly names: readonly string[];
  readonly problems: readonly Problem[];
} {
  const names: string[] = [];
  const problems: Problem[] = [];
  for (const entry of readdirSync(folder).sort()) {
    if (entry.startsWith('.')) continue;
    const file = join(folder, entry);
    const kind = statSync(file, { throwIfNoEntry: false });
    if (kind === undefined) {
      const fix = 'Restore its target, or remove the link';
      problems.push({ file, problem: 'is a link to nothing', fix });
    } else if (!kind.isDirectory()) {
      if (entry.endsWith('.onnx')) problems.push(modelWithoutFolder(file, entry));
    } else if (modelNamePattern.test(entry)) names.push(entry);
    else problems.push(badName(file, entry));
  }
  if (names.length === 0 && problems.length === 0) {
    const fix = 'Add a model as <model>/1/model.onnx; docs/bring-your-model.md shows how';
    problems.push({ file: folder, problem: 'holds no model', fix });
  }
  return { names, problems };
}

function modelWithoutFolder(file: string, entry: string): Problem {
  const name = entry.slice(0, -'.onnx'.length);
  const fix = `Move it to ${name}/1/model.onnx: a model is a folder of versions`;
  return { file, problem: "lies beside the models' folders and would not be served", fix };
}

function badName(file: string, seen: string): Problem {
  return {
    file,
    seen,
    problem:
      'cannot be the name of a model: letters, digits, dot, underscore and dash, 128 at most, the first a letter or digit',
    fix: 'Rename the folder, or put a dot before its name to have it ignored',
  };
}

/** IAM and SageMaker tell names apart without regard to case, and so do many disks. */
function collisions(folder: string, names: readonly string[]): Problem[] {
  const firsts = new Map<string, string>();
  return names.flatMap((name) => {
    const first = firsts.get(caseless(name));
    firsts.set(caseless(name), first ?? name);
    if (first === undefined) return [];
    const problem = `has the same name in AWS as the model ${first}`;
    const fix = 'Rename one of the two folders';
    return [{ file: join(folder, name), seen: awsName(name), problem, fix }];
  });
}

function sameInAws(name: string, other: string): boolean {
  return caseless(name) === caseless(other);
}

function caseless(name: string): string {
  return awsName(name).toLowerCase();
}
