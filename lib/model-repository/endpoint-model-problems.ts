import { join } from 'node:path';
import { unbatchable } from '../../build/triton/batching.ts';
import {
  hasUserConfig,
  userConfigFile,
  userConfigProblems,
} from '../../build/triton/user-config.ts';
import { sagemakerInstance } from '../pricing/instances.ts';
import type { ModelVersion } from './model.ts';
import type { ModelYaml } from './model-yaml.ts';
import type { Problem } from './problem.ts';
import type { SagemakerFile } from './sagemaker-config.ts';

export interface EndpointModel {
  readonly name: string;
  readonly yaml: ModelYaml;
  /** Path of model.yaml. */
  readonly file: string;
  /** The addressable versions, numerically ascending. */
  readonly versions: readonly ModelVersion[];
}

/** What of the model itself an endpoint could not serve as the model's signature says. */
export function endpointModelProblems(model: EndpointModel): Problem[] {
  const { sagemaker: block, target } = model.yaml.values;
  // A container of the user's own may take anything.
  if (target !== 'sagemaker' || !block || block.engine === 'image') return [];
  const hasGpu = sagemakerInstance(block.instance ?? '')?.gpu !== undefined;
  return servedVersions(model, block).flatMap((version) => [
    ...tensorProblems(version),
    ...(hasUserConfig(version.folder)
      ? [
          ...userConfigProblems(version.folder, {
            name: model.name,
            version: version.version,
            signature: version,
            hasGpu,
          }),
          ...ignoredFields(model, version),
        ]
      : batchProblems(model, block, version)),
  ]);
}

/** Those that the archive would hold: the live one and its shadow. */
function servedVersions({ yaml, versions }: EndpointModel, block: SagemakerFile): ModelVersion[] {
  const live = yaml.values.live ?? versions.at(-1)?.version;
  return versions.filter(({ version }) => version === live || version === block.shadowVersion);
}

function tensorProblems({ artifact, inputs, outputs }: ModelVersion): Problem[] {
  const tensors = [
    ...inputs.map((spec) => ({ ...spec, field: `input ${spec.name}` })),
    ...outputs.map((spec) => ({ ...spec, field: `output ${spec.name}` })),
  ];
  return tensors.flatMap(({ field, datatype, shape }): Problem[] => {
    if (shape.length === 0) {
      const fix = 'Export it with the shape [1], or serve it with target: lambda';
      const problem = 'is a scalar, and Triton takes tensors of one dimension at least';
      return [{ file: artifact.path, field, seen: '[]', problem, fix }];
    }
    if (datatype !== 'BF16') return [];
    const fix = 'Cast it to FP32 or FP16 inside the graph, or serve it with target: lambda';
    const problem = 'is cast for callers on Lambda alone';
    return [{ file: artifact.path, field, seen: datatype, problem, fix }];
  });
}

function batchProblems(
  { yaml, file }: EndpointModel,
  { maxBatch = 0 }: SagemakerFile,
  version: ModelVersion,
): Problem[] {
  const fixed = unbatchable(version);
  if (maxBatch === 0 || fixed.length === 0) return [];
  const field = 'sagemaker.maxBatch';
  const line = yaml.lineOf(field);
  const names = fixed.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ');
  return [
    {
      file,
      field,
      ...(line === undefined ? {} : { line }),
      seen: `${maxBatch} with ${names}`,
      problem:
        'needs a free first dimension, and another one behind it, of every input and output: Triton joins requests along it',
      fix: 'Export the model with a free batch dimension, or set maxBatch: 0',
    },
  ];
}

const configFields = [
  'maxBatch',
  'preferredBatches',
  'queueDelayMicros',
  'instanceGroups',
] as const satisfies readonly (keyof SagemakerFile)[];

function ignoredFields({ yaml, file }: EndpointModel, { folder }: ModelVersion): Problem[] {
  return configFields.flatMap((name) => {
    const field = `sagemaker.${name}`;
    const line = yaml.lineOf(field);
    if (line === undefined) return [];
    const own = join(folder, userConfigFile);
    const problem = `has no effect: ${own} is taken as it is`;
    const seen = JSON.stringify(yaml.values.sagemaker?.[name]);
    return [{ file, field, line, seen, problem, fix: 'Say it there, or remove one of the two' }];
  });
}
