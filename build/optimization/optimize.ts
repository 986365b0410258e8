import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { decodeOnnx } from '../../lib/model-repository/onnx/onnx-model.ts';
import {
  type AnswerCheck,
  type CheckTensor,
  isSameAnswer,
} from '../../serving/contract/answer-check.ts';
import type { TensorSpec } from '../../serving/contract/manifest.ts';
import type { ImageLayout } from '../../serving/contract/optimized-form.ts';
import type { ServedFile } from '../model-package.ts';
import {
  canBeChecked,
  checkTensor,
  elementsOf,
  generatedInputs,
  goldenInputs,
  onnxType,
  sizeOf,
} from './check-cases.ts';
import { layoutInput, layoutNetwork, layoutOutput } from './layout-network.ts';

export interface OptimizeInput {
  /** The served model.onnx, its external data beside it. */
  readonly model: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly goldenPath: string | undefined;
  /** What this machine's processor lays images out for, see `processorOf`. */
  readonly processor: string | undefined;
  /** An empty folder for the drafts. */
  readonly folder: string;
}

export interface Optimized {
  /** Where each file of the form lies now. */
  readonly files: readonly ServedFile[];
  /** Set when the graph is right only on this kind of processor. */
  readonly layout: Omit<ImageLayout, 'path'> | undefined;
}

/** The names of a form's files. */
export const formFiles = {
  model: 'model.onnx',
  weights: 'weights.bin',
  /** A network of one convolution, see `ImageLayout`. */
  layout: 'layout.onnx',
} as const;

/** Thrown with the reason why a model stays as it is. */
export class NotOptimized extends Error {
  override readonly name = 'NotOptimized';
}

/** No larger request is made up. */
const mostElements = 4 * 1024 * 1024;

/** Sizes tried for free dimensions: many image models refuse small ones. */
const freeSizes = [1, 2, 64];

/**
 * Saves the graph that onnxruntime's optimizer makes, with its weights in a file that can be mapped,
 * and proves on golden and generated requests that it answers what the original does.
 */
export async function optimize(input: OptimizeInput): Promise<Optimized> {
  const { folder, processor } = input;
  if (!canBeChecked([...input.inputs, ...input.outputs])) {
    throw new NotOptimized('its FP16 or BF16 tensors cannot be compared');
  }
  const ort = await import('onnxruntime-node');
  // Saving does not change the session: it is the original's, as the function would load it.
  const original = await saveGraph(ort, input.model, 'all', join(folder, 'layout'));
  try {
    const checks = await recordChecks(ort, original, input);
    // A model that draws at random differs from itself, and at each start of a function.
    await compare(ort, original, checks, 'it answers the same request differently each time');
    await (await saveGraph(ort, input.model, 'extended', join(folder, 'portable'))).release();
    const isPortable = sameOperators(folder);
    const form = join(folder, isPortable ? 'portable' : 'layout');
    await compareForm(ort, join(form, formFiles.model), checks);
    const files = filesIn(form, [formFiles.model, formFiles.weights]);
    if (isPortable) return { files, layout: undefined };
    if (processor === undefined) {
      throw new NotOptimized("it would bind to this machine's processor, which cannot be told");
    }
    const proof = join(folder, 'proof');
    const check = await recordLayout(ort, proof);
    return {
      files: [...files, ...filesIn(proof, [formFiles.layout])],
      layout: { processor, check },
    };
  } finally {
    await original.release();
  }
}

function filesIn(folder: string, paths: readonly string[]): ServedFile[] {
  return paths
    .map((path) => ({ path, source: join(folder, path) }))
    .filter(({ source }) => existsSync(source));
}

/** Lays out the network that tells this machine's layout, and asks it. */
async function recordLayout(ort: Ort, folder: string): Promise<AnswerCheck> {
  mkdirSync(folder);
  const network = join(folder, 'network.onnx');
  writeFileSync(network, layoutNetwork());
  const session = await saveGraph(ort, network, 'all', folder, formFiles.layout);
  try {
    const outputs = await answer(ort, session, [layoutInput], [layoutOutput]);
    return { inputs: [layoutInput], outputs };
  } finally {
    await session.release();
  }
}

type Ort = typeof import('onnxruntime-node');

const options: InferenceSession.SessionOptions = { intraOpNumThreads: 1, logSeverityLevel: 4 };

async function saveGraph(
  ort: Ort,
  model: string,
  level: 'extended' | 'all',
  folder: string,
  name: string = formFiles.model,
) {
  mkdirSync(folder, { recursive: true });
  return load(ort, model, {
    ...options,
    graphOptimizationLevel: level,
    optimizedModelFilePath: join(folder, name),
    extra: {
      session: {
        optimized_model_external_initializers_file_name: formFiles.weights,
        // Smaller tensors stay in the graph: a page of memory is the least that can be mapped.
        optimized_model_external_initializers_min_size_in_bytes: '4096',
      },
    },
  });
}

async function load(ort: Ort, model: string, given: InferenceSession.SessionOptions) {
  try {
    return await ort.InferenceSession.create(model, given);
  } catch (cause) {
    throw new NotOptimized(`onnxruntime refuses it: ${messageOf(cause)}`, { cause });
  }
}

/** Answers of the original. */
async function recordChecks(
  ort: Ort,
  session: InferenceSession,
  { inputs, outputs, goldenPath }: OptimizeInput,
): Promise<AnswerCheck[]> {
  const checks: AnswerCheck[] = [];
  const record = async (tensors: readonly CheckTensor[]) => {
    checks.push({ inputs: tensors, outputs: await answer(ort, session, tensors, outputs) });
  };
  for (const tensors of goldenInputs(goldenPath, inputs)) await record(tensors).catch(noAnswer);
  const golden = checks.length;
  for (const size of freeSizes) {
    if (checks.length > golden || isLarge(inputs, size)) break;
    await record(generatedInputs(inputs, size)).catch(noAnswer);
  }
  if (checks.length > 0) return checks;
  throw new NotOptimized('it answers no generated request; a golden.json would give it one');
}

function isLarge(specs: readonly TensorSpec[], freeSize: number): boolean {
  return specs.some(({ shape }) => {
    const elements = sizeOf(shape.map((size) => (size === -1 ? freeSize : size)));
    return elements > mostElements;
  });
}

/** A model may refuse a generated request: that one proves nothing then. */
function noAnswer(): void {}

async function compareForm(ort: Ort, model: string, checks: readonly AnswerCheck[]): Promise<void> {
  const session = await load(ort, model, { ...options, graphOptimizationLevel: 'disabled' });
  try {
    await compare(ort, session, checks, 'its optimized form answers otherwise');
  } finally {
    await session.release();
  }
}

/** Throws `otherwise`, with the output's name, unless the session answers what was recorded. */
async function compare(
  ort: Ort,
  session: InferenceSession,
  checks: readonly AnswerCheck[],
  otherwise: string,
): Promise<void> {
  for (const { inputs, outputs } of checks) {
    const found = await answer(ort, session, inputs, outputs).catch((cause: unknown) => {
      throw new NotOptimized(`its optimized form fails: ${messageOf(cause)}`, { cause });
    });
    for (const [index, expected] of outputs.entries()) {
      const actual = found[index] as CheckTensor;
      if (!isSameAnswer(elementsOf(expected), elementsOf(actual))) {
        throw new NotOptimized(`${otherwise}: output "${expected.name}"`);
      }
    }
  }
}

async function answer(
  ort: Ort,
  session: InferenceSession,
  inputs: readonly CheckTensor[],
  outputs: readonly Pick<TensorSpec, 'name' | 'datatype'>[],
): Promise<CheckTensor[]> {
  const feeds = Object.fromEntries(inputs.map((tensor) => [tensor.name, ortTensor(ort, tensor)]));
  const values = await session.run(
    feeds,
    outputs.map(({ name }) => name),
  );
  return outputs.map((spec) => {
    const { dims, data } = values[spec.name] as OrtTensor;
    return checkTensor(spec, dims, data);
  });
}

function ortTensor(ort: Ort, tensor: CheckTensor): OrtTensor {
  const { datatype, shape } = tensor;
  return new ort.Tensor(onnxType(datatype) as 'float32', elementsOf(tensor) as never, shape);
}

/** Whether laying out for the processor changed nothing, so that the graph is right on all of them. */
function sameOperators(folder: string): boolean {
  const [layout, portable] = ['layout', 'portable'].map((name) => {
    const { graph } = decodeOnnx(readFileSync(join(folder, name, formFiles.model)));
    return (graph?.node ?? []).map(({ domain, opType }) => `${domain}:${opType}`).sort();
  });
  return layout?.join() === portable?.join();
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n', 1)[0] as string) : String(cause);
}
