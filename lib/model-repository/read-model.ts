import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { placed } from './auto-target.ts';
import { awsName } from './aws-name.ts';
import { addressableVersions, configProblems, effectiveConfig } from './effective-config.ts';
import { endpointModelProblems } from './endpoint-model-problems.ts';
import type { Model, ModelVersion } from './model.ts';
import { versionPattern } from './model-config.ts';
import { parseModelYaml } from './model-yaml.ts';
import type { Problem } from './problem.ts';
import { readVersion } from './read-version.ts';

export interface ModelReading {
  readonly name: string;
  readonly folder: string;
  /** Absent when there is a problem. */
  readonly model?: Model;
  /** The addressable versions that could be read, numerically ascending. */
  readonly versions: readonly ModelVersion[];
  /** Whether model.yaml accepts that a version breaks callers of the one before it. */
  readonly breaking: boolean;
  readonly problems: readonly Problem[];
}

/** Reads one model's folder: its versions and its model.yaml, if there is one. */
export function readModel(name: string, folder: string): ModelReading {
  const listed = listVersions(folder);
  const file = join(folder, 'model.yaml');
  const written = parseModelYaml(readYamlText(file), file);
  const readings = addressableVersions(written, listed.versions).map((version) =>
    readVersion(join(folder, version)),
  );
  const versions = readings.flatMap(({ version }) => (version === undefined ? [] : [version]));
  const { yaml, reason, problems: unplaced } = placed(written, file, versions);
  const inYaml = [...yaml.problems, ...unplaced, ...configProblems(yaml, file, listed.versions)];
  const problems = [
    ...inYaml.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    ...listed.problems,
    ...readings.flatMap((reading) => reading.problems),
    ...endpointModelProblems({ name, yaml, file, versions }),
  ];
  const breaking = yaml.values.breaking ?? false;
  const reading = { name, folder, versions, breaking, problems };
  if (problems.length > 0) return reading;
  const effective = effectiveConfig(yaml, versions, reason);
  return { ...reading, model: { name, awsName: awsName(name), folder, versions, ...effective } };
}

interface VersionFolders {
  /** Names of the version folders, numerically ascending. */
  readonly versions: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Every folder inside a model's folder must be a version: `v2` or `01` would silently not be served
 * otherwise. Files may lie around, except those that look like a misplaced model or a misspelt
 * model.yaml.
 */
function listVersions(folder: string): VersionFolders {
  const versions: string[] = [];
  const problems: Problem[] = [];
  for (const entry of readdirSync(folder).sort()) {
    if (entry.startsWith('.')) continue;
    const path = join(folder, entry);
    const kind = statSync(path, { throwIfNoEntry: false });
    if (kind?.isDirectory() && versionPattern.test(entry)) versions.push(entry);
    else if (kind === undefined) problems.push(danglingLink(path));
    else if (kind.isDirectory()) problems.push(notAVersion(path, entry));
    else if (entry.endsWith('.onnx')) problems.push(modelWithoutVersion(path));
    else if (isMisspeltYaml(entry)) problems.push(misspeltYaml(path));
  }
  versions.sort((a, b) => Number(a) - Number(b));
  if (versions.length === 0 && problems.length === 0) {
    const fix = 'Add the first version as 1/model.onnx, or remove the folder';
    problems.push({ file: folder, problem: 'holds no version', fix });
  }
  return { versions, problems };
}

function notAVersion(file: string, seen: string): Problem {
  const digits = seen.match(/[1-9][0-9]{0,14}/)?.[0];
  const better = digits === undefined ? 'a number such as 1' : digits;
  return {
    file,
    seen,
    problem: 'is not a version: those are whole numbers from 1, without leading zeros',
    fix: `Rename the folder to ${better}, or put a dot before its name to have it ignored`,
  };
}

function modelWithoutVersion(file: string): Problem {
  const fix = 'Move the file to 1/model.onnx: each version has its own folder';
  return { file, problem: 'lies beside the version folders and would not be served', fix };
}

function isMisspeltYaml(entry: string): boolean {
  return /\.ya?ml$/i.test(entry) && entry !== 'model.yaml';
}

function misspeltYaml(file: string): Problem {
  return { file, problem: 'is not read', fix: 'Rename it to model.yaml, or remove it' };
}

function danglingLink(file: string): Problem {
  return { file, problem: 'is a link to nothing', fix: 'Restore its target, or remove the link' };
}

function readYamlText(file: string): string {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : '';
}
