import { decideTarget } from '../placement/decide.ts';
import { placementFacts } from '../placement/facts.ts';
import { memoryOf } from './effective-memory.ts';
import type { ModelVersion } from './model.ts';
import type { ModelYaml } from './model-yaml.ts';
import type { Problem } from './problem.ts';
import { sagemakerConfigSchema } from './sagemaker-config.ts';

/** A model.yaml whose target is decided. */
export interface Placed {
  readonly yaml: ModelYaml;
  /** Why `target: auto` became what it is. */
  readonly reason?: string;
  readonly problems: readonly Problem[];
}

/** Decides `target: auto`, so that everything behind it knows two targets. */
export function placed(yaml: ModelYaml, file: string, versions: readonly ModelVersion[]): Placed {
  const { values, lineOf } = yaml;
  if (values.target !== 'auto') return { yaml, problems: [] };
  const onLambda = { ...yaml, values: { ...values, target: 'lambda' as const } };
  // What cannot be read cannot be placed; its problems are told already.
  if (versions.length === 0 || yaml.problems.length > 0) return { yaml: onLambda, problems: [] };
  const { memory: _, sagemaker, provisionedConcurrency, traffic, latency, ...rest } = values;
  const decision = decideTarget(
    placementFacts({
      live: values.live ?? (versions.at(-1)?.version as string),
      versions,
      config: {
        memory: memoryOf(values.memory, versions),
        timeout: rest.timeout as number,
        allowAlwaysOn: rest.allowAlwaysOn ?? false,
        ...(provisionedConcurrency !== undefined && { provisionedConcurrency }),
        ...(traffic && { traffic }),
        ...(latency && { latency }),
        ...(sagemaker && { sagemaker: definedOnly(sagemaker) }),
        ...(rest.batch && { batch: rest.batch }),
      },
    }),
  );
  if ('problem' in decision) {
    const line = lineOf('target');
    const { problem, fix } = decision;
    const place = { file, field: 'target', ...(line === undefined ? {} : { line }) };
    return { yaml: onLambda, problems: [{ ...place, seen: 'auto', problem, fix }] };
  }
  const { target, reason } = decision;
  if (target === 'lambda') {
    const { sagemaker: _block, ...others } = onLambda.values;
    return { yaml: { ...onLambda, values: others }, reason, problems: [] };
  }
  const block = { ...(sagemaker ?? sagemakerConfigSchema.parse({})), instance: decision.instance };
  return {
    yaml: { ...yaml, values: { ...values, target, sagemaker: block } },
    reason,
    problems: [],
  };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function definedOnly<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}
