import { distance } from 'fastest-levenshtein';
import { sagemakerInstance, sagemakerInstanceTypes } from '../pricing/instances.ts';
import { endpointFleetRules } from './endpoint-fleet-rules.ts';
import { endpointRolloutRules } from './endpoint-rollout-rules.ts';
import type { ModelYaml } from './model-yaml.ts';
import type { Problem } from './problem.ts';
import type { RolloutFile, SagemakerFile } from './sagemaker-config.ts';

/** What the rules look at: the block, with the fields around it that it has to fit. */
export interface EndpointFields {
  readonly block: SagemakerFile;
  readonly rollout: RolloutFile;
  /** The live version, where model.yaml or the folders say it. */
  readonly live: string | undefined;
  /** The addressable versions. */
  readonly versions: readonly string[];
  /** Whether model.yaml sets the field itself. */
  readonly isSet: (field: string) => boolean;
}

/** One thing that SageMaker refuses, or takes and then ignores. */
export interface Finding {
  readonly field: string;
  readonly seen: string;
  readonly problem: string;
  readonly fix: string;
}

export type Rule = (fields: EndpointFields) => Finding | false | undefined;

/** Everything about target and endpoint that would fail at deployment, or be ignored without a word. */
export function sagemakerProblems(
  { values, lineOf }: ModelYaml,
  file: string,
  versions: readonly string[],
): Problem[] {
  const { target, sagemaker: block, rollout, live } = values;
  const findings: Finding[] = [];
  if (target === 'lambda' && rollout && lineOf('rollout') !== undefined) {
    findings.push(...lambdaStrategy(rollout));
  }
  if (target === 'lambda' && block) findings.push(unusedBlock);
  if (target === 'lambda' || target === 'sagemaker') {
    findings.push(...unusedBatchFields[target].flatMap((field) => unusedBatch(field, lineOf)));
  }
  if (target === 'sagemaker' && !block && lineOf('sagemaker') === undefined) {
    findings.push(missingInstance);
  }
  if (block && rollout && target === 'sagemaker') {
    const fields: EndpointFields = {
      block,
      rollout,
      live: live ?? versions.at(-1),
      versions,
      isSet: (field) => lineOf(field) !== undefined,
    };
    if (block.instance === undefined) findings.push(missingInstance);
    findings.push(
      ...[...rules, ...endpointFleetRules, ...endpointRolloutRules].flatMap((rule) => {
        const found = rule(fields);
        return found ? [found] : [];
      }),
    );
  }
  return findings.map((finding) => {
    const line = lineOf(finding.field) ?? lineOf(finding.field.split('.')[0] ?? '');
    return { file, ...finding, ...(line === undefined ? {} : { line }) };
  });
}

/** Fields of the block `batch:` that only the jobs of the other target read. */
const unusedBatchFields = {
  lambda: ['instances'],
  sagemaker: ['compute', 'families', 'vcpus', 'memory', 'workers', 'onDemandAfter', 'errorLimit'],
} as const;

function unusedBatch(name: string, lineOf: ModelYaml['lineOf']): Finding[] {
  const field = `batch.${name}`;
  if (lineOf(field) === undefined) return [];
  const isInstances = name === 'instances';
  return [
    {
      field,
      seen: `with target ${isInstances ? 'lambda' : 'sagemaker'}`,
      problem: isInstances
        ? 'has no effect: jobs run on workers, see batch.workers'
        : 'has no effect: jobs are transform jobs on instances of the type sagemaker.instance',
      fix: isInstances
        ? 'Remove it, or set batch.workers'
        : 'Remove it; batch.instances says how many',
    },
  ];
}

const unusedBlock: Finding = {
  field: 'sagemaker',
  seen: 'with target lambda',
  problem: 'has no effect: the model runs on Lambda',
  fix: 'Set target: sagemaker, or remove the block',
};

const missingInstance: Finding = {
  field: 'sagemaker.instance',
  seen: 'nothing',
  problem: 'must be named, for it is what is billed by the hour',
  fix: 'Write sagemaker: {instance: ml.g5.xlarge} or another type; "siskin plan" compares them',
};

function lambdaStrategy({ strategy, percent }: RolloutFile): Finding[] {
  const findings: Finding[] = [];
  if (strategy === 'blue-green' || strategy === 'rolling' || strategy === 'shadow') {
    findings.push({
      field: 'rollout.strategy',
      seen: strategy,
      problem: 'is a rollout of SageMaker endpoints, and the model runs on Lambda',
      fix: 'Choose canary, linear or all-at-once, or set target: sagemaker',
    });
  }
  if (percent === 100) {
    findings.push({
      field: 'rollout.percent',
      seen: '100',
      problem: 'leaves nothing to shift later: 1 to 99 on Lambda',
      fix: 'Choose a smaller share, or strategy: all-at-once',
    });
  }
  return findings;
}

const rules: readonly Rule[] = [
  ({ block: { instance } }) =>
    instance !== undefined &&
    !sagemakerInstance(instance) && {
      field: 'sagemaker.instance',
      seen: instance,
      problem: 'is no instance type in the price file',
      fix: `The nearest one is ${nearestInstance(instance)}; lib/pricing/prices.ts lists all, with their prices`,
    },
  ({ block: { engine, image } }) =>
    engine !== 'triton' &&
    image === undefined && {
      field: 'sagemaker.engine',
      seen: engine,
      problem: 'needs sagemaker.image, the URI of your image in ECR',
      fix: 'Name the image, or use engine: triton, whose image AWS provides',
    },
  ({ block: { engine, image } }) =>
    engine === 'triton' &&
    image !== undefined && {
      field: 'sagemaker.image',
      seen: image,
      problem: "has no effect: the engine is triton, which runs AWS's image",
      fix: 'Set sagemaker.engine: image, or remove sagemaker.image',
    },
  ({ block: { engine, instance } }) =>
    engine === 'model-server' &&
    gpusOf(instance) > 0 && {
      field: 'sagemaker.engine',
      seen: `model-server on ${instance}`,
      problem: 'runs on the CPU, and the GPU would be paid for and idle',
      fix: 'Use engine: triton, or an instance without a GPU',
    },
  tritonOnly('maxBatch'),
  tritonOnly('preferredBatches'),
  tritonOnly('queueDelayMicros'),
  tritonOnly('instanceGroups'),
  tritonOnly('tritonVersion'),
  ({ block: { maxBatch = 1024, preferredBatches = [] } }) => {
    const tooLarge = preferredBatches.filter((size) => size > maxBatch);
    return (
      tooLarge.length > 0 && {
        field: 'sagemaker.preferredBatches',
        seen: tooLarge.join(', '),
        problem: `holds sizes above maxBatch (${maxBatch}), and Triton then refuses to load the model`,
        fix: 'Raise sagemaker.maxBatch, or remove those sizes',
      }
    );
  },
  ({ block: { instance, instanceGroups = [] } }) =>
    instance !== undefined &&
    gpusOf(instance) === 0 &&
    instanceGroups.some(({ kind }) => kind === 'gpu') && {
      field: 'sagemaker.instanceGroups',
      seen: `gpu on ${instance}`,
      problem: 'asks for a GPU that the instance does not have, and Triton then fails to start',
      fix: 'Use kind: cpu, or an instance with a GPU such as ml.g5.xlarge',
    },
];

function tritonOnly(name: keyof SagemakerFile & string): Rule {
  const field = `sagemaker.${name}`;
  return ({ block: { engine }, isSet }) =>
    engine !== 'triton' &&
    isSet(field) && {
      field,
      seen: `with engine ${engine}`,
      problem: 'has no effect: it is for Triton alone',
      fix: 'Set sagemaker.engine: triton, or remove the field',
    };
}

function gpusOf(instance: string | undefined): number {
  return (instance && sagemakerInstance(instance)?.gpu?.count) || 0;
}

function nearestInstance(name: string): string {
  const names = sagemakerInstanceTypes.map((type) => type.name);
  return names.reduce((best, one) => (distance(name, one) < distance(name, best) ? one : best));
}
