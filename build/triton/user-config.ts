import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../lib/model-repository/problem.ts';
import { ModelConfigError, readModelConfig } from '../../serving/triton/model-config.ts';
import { contradictions, type Judged } from './contradictions.ts';

/** A configuration of the user's own, beside model.onnx; it is taken instead of a written one. */
export const userConfigFile = 'config.pbtxt';

export function hasUserConfig(versionFolder: string): boolean {
  return existsSync(join(versionFolder, userConfigFile));
}

export function userConfigText(versionFolder: string): string {
  return readFileSync(join(versionFolder, userConfigFile), 'utf8');
}

/** What is wrong with the user's configuration, if there is one. */
export function userConfigProblems(versionFolder: string, judged: Judged): Problem[] {
  if (!hasUserConfig(versionFolder)) return [];
  const file = join(versionFolder, userConfigFile);
  try {
    const config = readModelConfig(userConfigText(versionFolder));
    return contradictions(config, judged).map((found) => ({ file, ...found }));
  } catch (error) {
    if (!(error instanceof ModelConfigError)) throw error;
    const { line, column } = error;
    const problem = `is nothing that Triton reads: ${error.problem} (column ${column})`;
    return [{ file, line, problem, fix: 'Correct it, or remove the file to have one written' }];
  }
}
