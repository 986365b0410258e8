import type { Datatype } from '../../serving/contract/datatype.ts';
import type { TensorSpec } from '../../serving/contract/manifest.ts';
import { bytesType, numericTypes } from '../../serving/protocol/datatype-table.ts';
import { quote, quoteNames } from '../../serving/protocol/quote.ts';
import type { Signature } from '../../serving/protocol/signature-match.ts';
import { shapeText } from '../../serving/protocol/tensor.ts';
import {
  DataType,
  type ModelConfig,
  type ModelInput,
  type ModelOutput,
} from '../../serving/triton/model-config.ts';
import { StartError } from './settings.ts';

type ConfiguredTensor = ModelInput | ModelOutput;

/** The signature that callers see: the configuration's, checked against what the model's file says. */
export function servedSignature(config: ModelConfig, file: Signature): Signature {
  const problems: string[] = [];
  const batched = config.maxBatchSize > 0;
  const merge = (role: 'input' | 'output', configured: readonly ConfiguredTensor[]) =>
    // Triton completes a configuration that lists none of them from the model's file.
    configured.length === 0
      ? file[`${role}s`].map((spec) => checkBatch(role, spec, batched, problems))
      : configured.flatMap((tensor) =>
          servedTensor({ role, tensor, specs: file[`${role}s`], batched, problems }),
        );
  const inputs = merge('input', config.input);
  const outputs = merge('output', config.output);
  const unlisted = config.input.length > 0 ? namesMissing(file.inputs, config.input) : [];
  if (unlisted.length > 0) problems.push(`it lists no input ${quoteNames(unlisted)}`);
  if (problems.length === 0) return { inputs, outputs };
  throw new StartError(`config.pbtxt contradicts the model's file: ${problems.join('; ')}`);
}

/**
 * What the configuration says by itself, for the engine: types that the file cannot tell, such as BF16
 * that a prepared model carries as float32. Undefined where it leaves something to the file.
 */
export function configuredSignature({ input, output, maxBatchSize }: ModelConfig) {
  const spec = (tensor: ConfiguredTensor) => {
    const datatype = datatypeOf(tensor.dataType);
    return datatype && { name: tensor.name, datatype, shape: fullShape(tensor, maxBatchSize > 0) };
  };
  const outputs = output.map(spec).filter((each) => each !== undefined);
  const inputs = input.map(spec).filter((each) => each !== undefined);
  return outputs.length === 0 ? undefined : ({ inputs, outputs } satisfies Signature);
}

interface Listed {
  readonly role: 'input' | 'output';
  readonly tensor: ConfiguredTensor;
  readonly specs: readonly TensorSpec[];
  readonly batched: boolean;
  readonly problems: string[];
}

function servedTensor({ role, tensor, specs, batched, problems }: Listed): TensorSpec[] {
  const { name } = tensor;
  const at = `${role} ${quote(name)}`;
  const optional = 'optional' in tensor && tensor.optional ? ({ optional: true } as const) : {};
  const datatype = datatypeOf(tensor.dataType);
  const shape = fullShape(tensor, batched);
  const spec = specs.find((each) => each.name === name);
  if (!datatype) {
    problems.push(`${at} has no data_type`);
    return [];
  }
  if (!spec) {
    if (optional.optional) return [{ name, datatype, shape, ...optional }];
    problems.push(
      `${at} is none of the model's, which are ${quoteNames(specs.map((each) => each.name))}`,
    );
    return [];
  }
  const carried = datatype === 'BF16' && spec.datatype === 'FP32';
  if (datatype !== spec.datatype && !carried) {
    problems.push(`${at} has the data_type ${datatype}, but the model's is ${spec.datatype}`);
  }
  checkBatch(role, spec, batched, problems);
  const served = mergeShapes(shape, spec.shape, role);
  if (!served) {
    const how = batched ? ' (max_batch_size puts the batch dimension in front of dims)' : '';
    problems.push(
      `${at} has the shape ${shapeText(shape)}${how}, but the model's is ${shapeText(spec.shape)}`,
    );
    return [];
  }
  return [{ name, datatype, shape: served, ...optional }];
}

function checkBatch(role: string, spec: TensorSpec, batched: boolean, problems: string[]) {
  const free = spec.shape[0] === -1 || (role === 'output' && spec.shape.length === 0);
  if (batched && !free) {
    problems.push(
      `max_batch_size needs a first dimension that is free, but ${role} ${quote(spec.name)} has the shape ${shapeText(spec.shape)}; set max_batch_size to 0`,
    );
  }
  return spec;
}

function fullShape({ dims }: ConfiguredTensor, batched: boolean): number[] {
  const shape = dims.map(Number);
  return batched ? [-1, ...shape] : shape;
}

/** A dimension that one side leaves free is the other's; undefined when they cannot both be right. */
function mergeShapes(
  configured: readonly number[],
  file: readonly number[],
  role: 'input' | 'output',
): number[] | undefined {
  // A file need not say an output's rank, and onnxruntime then tells none.
  if (role === 'output' && file.length === 0) return [...configured];
  if (configured.length !== file.length) return undefined;
  const shape: number[] = [];
  for (const [axis, size] of configured.entries()) {
    const own = file[axis] as number;
    if (size !== own && size !== -1 && own !== -1) return undefined;
    shape.push(size === -1 ? own : size);
  }
  return shape;
}

function namesMissing(specs: readonly TensorSpec[], listed: readonly ConfiguredTensor[]): string[] {
  return specs
    .filter((spec) => !spec.optional && !listed.some(({ name }) => name === spec.name))
    .map(({ name }) => name);
}

const datatypesByName = new Map<string, Datatype>([
  [bytesType.triton, 'BYTES'],
  ...Object.entries(numericTypes).map(
    ([datatype, { triton }]) => [triton, datatype as Datatype] as const,
  ),
]);

function datatypeOf(type: DataType): Datatype | undefined {
  const name = Object.entries(DataType).find(([, value]) => value === type)?.[0];
  return name === undefined ? undefined : datatypesByName.get(name);
}
