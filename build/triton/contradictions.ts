import type { Datatype } from '../../serving/contract/datatype.ts';
import type { TensorSpec } from '../../serving/contract/manifest.ts';
import {
  DataType,
  InstanceKind,
  type ModelConfig,
  type ModelInput,
  type ModelOutput,
} from '../../serving/triton/model-config.ts';
import type { TensorSignature } from './batching.ts';
import { dataTypes } from './model-config.ts';

/** A field of a config.pbtxt that cannot be right for the model beside it. */
export interface Contradiction {
  /** As config.pbtxt spells it: `input "x" dims`. */
  readonly field: string;
  readonly seen: string;
  readonly problem: string;
  readonly fix: string;
}

export interface Judged {
  /** The model's name, which is its folder's. */
  readonly name: string;
  readonly version: string;
  readonly signature: TensorSignature;
  readonly hasGpu: boolean;
}

/** What Triton would refuse to load, or would serve otherwise than the model's signature says. */
export function contradictions(config: ModelConfig, judged: Judged): Contradiction[] {
  const { signature } = judged;
  return [
    ...modelContradictions(config, judged),
    ...tensorContradictions('input', config.input, signature.inputs, config.maxBatchSize),
    ...tensorContradictions('output', config.output, signature.outputs, config.maxBatchSize),
  ];
}

function modelContradictions(config: ModelConfig, judged: Judged): Contradiction[] {
  const { name, version, hasGpu } = judged;
  const found: Contradiction[] = [];
  const wrong = (field: string, seen: string, wanted: string, why: string) => {
    found.push({ field, seen, problem: why, fix: `Write ${wanted}, or remove the line` });
  };
  if (config.name !== '' && config.name !== name) {
    wrong('name', config.name, `name: "${name}"`, `must be the model's name, ${name}`);
  }
  if (config.backend !== '' && config.backend !== 'onnxruntime') {
    wrong('backend', config.backend, 'backend: "onnxruntime"', 'does not run ONNX models');
  }
  if (config.platform !== '' && config.platform !== 'onnxruntime_onnx') {
    wrong(
      'platform',
      config.platform,
      'platform: "onnxruntime_onnx"',
      'is not that of ONNX models',
    );
  }
  if (config.backend === '' && config.platform === '') {
    const fix = 'Write backend: "onnxruntime"';
    found.push({ field: 'backend', seen: 'nothing', problem: 'must be named', fix });
  }
  const file = config.defaultModelFilename;
  if (file !== '' && file !== 'model.onnx') {
    const wanted = 'default_model_filename: "model.onnx"';
    wrong('default_model_filename', file, wanted, 'is not in the archive, model.onnx is');
  }
  const policy = config.versionPolicy?.policyChoice;
  if (policy?.case === 'specific' && !policy.value.versions.includes(BigInt(version))) {
    const seen = policy.value.versions.join(', ') || 'none';
    const why = `leaves out version ${version}, the one in the archive`;
    wrong('version_policy', seen, `versions: ${version}`, why);
  }
  if (
    !hasGpu &&
    config.instanceGroup.some(({ gpus, kind }) => kind === InstanceKind.GPU || gpus.length > 0)
  ) {
    const why = 'asks for a GPU, and the instance has none';
    wrong('instance_group', 'KIND_GPU', 'kind: KIND_CPU', why);
  }
  const batching =
    config.schedulingChoice.case === 'dynamicBatching' ? config.schedulingChoice.value : undefined;
  const tooLarge = batching?.preferredBatchSize.filter((size) => size > config.maxBatchSize) ?? [];
  if (tooLarge.length > 0) {
    const why = `is above max_batch_size, ${config.maxBatchSize}`;
    wrong('preferred_batch_size', tooLarge.join(', '), `${config.maxBatchSize} or less`, why);
  }
  return found;
}

type Role = 'input' | 'output';

function tensorContradictions(
  role: Role,
  written: readonly (ModelInput | ModelOutput)[],
  signature: readonly TensorSpec[],
  maxBatch: number,
): Contradiction[] {
  const names = signature.map(({ name }) => name);
  const unknown = written
    .filter(({ name }) => !names.includes(name))
    .map(({ name }) => ({
      field: `${role} "${name}"`,
      seen: name,
      problem: `is no ${role} of model.onnx, which has ${names.join(', ') || 'none'}`,
      fix: 'Correct the name, or remove the block',
    }));
  const others = signature.flatMap((spec) => {
    const found = written.find(({ name }) => name === spec.name);
    if (found) return specContradictions(role, found, spec, maxBatch);
    const fix = `Add ${role} { name: "${spec.name}" data_type: TYPE_${typeWord(spec.datatype)} ... }`;
    const problem = `leaves out "${spec.name}", which model.onnx has`;
    const seen = written.map(({ name }) => name).join(', ') || 'none';
    return [{ field: role, seen, problem, fix }];
  });
  return [...unknown, ...others];
}

function specContradictions(
  role: Role,
  written: ModelInput | ModelOutput,
  spec: TensorSpec,
  maxBatch: number,
): Contradiction[] {
  const found: Contradiction[] = [];
  const add = (part: string, seen: string, problem: string, fix: string) =>
    found.push({ field: `${role} "${spec.name}" ${part}`, seen, problem, fix });
  const type = `TYPE_${typeWord(spec.datatype)}`;
  if (written.dataType !== dataTypes[spec.datatype]) {
    const seen = wordOf(written.dataType);
    add('data_type', seen, `is ${type} in model.onnx`, `Write data_type: ${type}`);
  }
  if (written.reshape !== undefined) {
    const seen = `[${written.reshape.shape.join(', ')}]`;
    const problem = "lets callers send other shapes than the model's signature says";
    add('reshape', seen, problem, 'Remove reshape, and export the model with the shape wanted');
  }
  const batched = maxBatch > 0;
  if (batched && spec.shape[0] !== -1) {
    const problem = `needs a free first dimension, and model.onnx has [${spec.shape.join(', ')}]`;
    const fix = 'Write max_batch_size: 0 and the whole shape as dims';
    found.push({ field: 'max_batch_size', seen: String(maxBatch), problem, fix });
    return found;
  }
  const wanted = batched ? spec.shape.slice(1) : spec.shape;
  const dims = written.dims.map(Number);
  const fits =
    dims.length === wanted.length &&
    wanted.every((size, axis) => size === -1 || size === dims[axis]);
  if (fits) return found;
  const without = batched ? ' behind the batch dimension' : '';
  const list = `[${wanted.join(', ')}]`;
  add('dims', `[${dims.join(', ')}]`, `is ${list} in model.onnx${without}`, `Write dims: ${list}`);
  return found;
}

function typeWord(datatype: Datatype): string {
  return datatype === 'BYTES' ? 'STRING' : datatype;
}

function wordOf(dataType: DataType): string {
  const found = Object.entries(DataType).find(([, value]) => value === dataType);
  return found?.[0] ?? String(dataType);
}
