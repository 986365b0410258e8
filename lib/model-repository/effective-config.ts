import { effectiveBatch } from './batch-config.ts';
import { defaultMemory, largestOf, memoryFor, memoryOf } from './effective-memory.ts';
import type { ModelConfig, ModelVersion, Rollout } from './model.ts';
import type { ModelFile } from './model-config.ts';
import { knownFields, type ModelYaml } from './model-yaml.ts';
import type { Problem } from './problem.ts';
import { effectiveSagemaker, type RolloutFile, type SagemakerFile } from './sagemaker-config.ts';
import { sagemakerProblems } from './sagemaker-rules.ts';

/** Where each value of a model's configuration came from: `default`, `model.yaml:3`, or a reason. */
export type Origins = Readonly<Record<string, string>>;

export interface EffectiveConfig {
  readonly config: ModelConfig;
  readonly live: string;
  readonly origins: Origins;
}

/** The addressable versions, numerically ascending: those that model.yaml lists, or every folder. */
export function addressableVersions(
  yaml: ModelYaml,
  folders: readonly string[],
): readonly string[] {
  const listed = yaml.values.versions ?? folders;
  return [...new Set(listed)]
    .filter((version) => folders.includes(version))
    .sort((a, b) => Number(a) - Number(b));
}

/** Rules between fields, and between fields and folders. They hold for whatever fields are valid. */
export function configProblems(
  yaml: ModelYaml,
  file: string,
  folders: readonly string[],
): Problem[] {
  const { values, lineOf } = yaml;
  const problems: Problem[] = [];
  const at = (field: string) => {
    const line = lineOf(field);
    return { file, field, ...(line === undefined ? {} : { line }) };
  };
  const { live, versions, provisionedConcurrency, rollout, target } = values;
  for (const [index, seen] of (versions ?? []).entries()) {
    if (folders.includes(seen)) continue;
    const fix = `Add the folder ${seen}/, or list only ${list(folders)}`;
    const problem = 'names a version that has no folder';
    problems.push({ ...at(`versions.${index}`), field: 'versions', seen, problem, fix });
  }
  if (live !== undefined && !folders.includes(live)) {
    const fix = `Add the folder ${live}/, or choose one of ${list(folders)}`;
    problems.push({
      ...at('live'),
      seen: live,
      problem: 'names a version that has no folder',
      fix,
    });
  } else if (live !== undefined && versions !== undefined && !versions.includes(live)) {
    const fix = `Add ${live} to versions, or choose one of ${list(versions)}`;
    problems.push({ ...at('live'), seen: live, problem: 'is not among the versions listed', fix });
  }
  if (
    provisionedConcurrency !== undefined &&
    rollout !== undefined &&
    target === 'lambda' &&
    (rollout.strategy ?? 'canary') !== 'all-at-once'
  ) {
    problems.push({
      ...at('provisionedConcurrency'),
      seen: `${provisionedConcurrency} with rollout.strategy ${rollout.strategy ?? 'canary'}`,
      problem:
        'cannot be combined with weighted shifting: Lambda refuses weights on an alias with provisioned concurrency, ' +
        'and after a failed shift the stack can no longer be updated',
      fix: 'Set rollout.strategy to all-at-once, or remove provisionedConcurrency',
    });
  }
  problems.push(...sagemakerProblems(yaml, file, addressableVersions(yaml, folders)));
  return problems;
}

/**
 * Fills in what model.yaml leaves open. Call it with a file without problems, its target decided;
 * `reason` says why it was decided so.
 */
export function effectiveConfig(
  { values, lineOf }: ModelYaml,
  versions: readonly ModelVersion[],
  reason?: string,
): EffectiveConfig {
  const file = values as ModelFile;
  const largest = largestOf(versions);
  const { live: _live, versions: _versions, memory, rollout, batch, sagemaker, ...rest } = file;
  const live = file.live ?? (versions.at(-1) as ModelVersion).version;
  const config = {
    ...definedOnly(rest),
    memory: memoryOf(memory, versions),
    // The front of an endpoint follows it at once: traffic is shifted behind it.
    rollout: file.target === 'sagemaker' ? { strategy: 'all-at-once' } : effectiveRollout(rollout),
    ...(batch && { batch: effectiveBatch(batch) }),
    ...(file.target === 'sagemaker' &&
      sagemaker && { sagemaker: effectiveSagemaker(sagemaker as NamedInstance, rollout) }),
  } as ModelConfig;
  const derived: Origins = {
    live: 'the numerically highest version',
    versions: 'every version folder',
    memory:
      memoryFor(largest) === defaultMemory
        ? 'default'
        : `the largest version is ${Math.ceil(largest / (1024 * 1024))} MiB`,
  };
  const origins = Object.fromEntries(
    knownFields.map((field) => {
      const line = lineOf(field);
      return [field, line === undefined ? (derived[field] ?? 'default') : `model.yaml:${line}`];
    }),
  );
  return { config, live, origins: { ...origins, ...(reason && { target: `auto: ${reason}` }) } };
}

function effectiveRollout(rollout: RolloutFile): Rollout {
  const { strategy = 'canary', percent = 10, minutes } = rollout;
  if (strategy === 'all-at-once') return { strategy };
  return { strategy: strategy as 'canary' | 'linear', percent, minutes };
}

/** The rules have refused a block without one. */
type NamedInstance = SagemakerFile & { readonly instance: string };

function definedOnly<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

function list(versions: readonly string[]): string {
  return versions.length === 0 ? 'none' : versions.join(', ');
}
