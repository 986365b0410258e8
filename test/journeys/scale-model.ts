import type { RepositoryFiles } from '../fixtures/inference-app.ts';
import { buildOnnx, type OnnxNode, type OnnxTensor } from '../fixtures/onnx-builder.ts';

/** Entries of the table in which `fails` looks its input up. */
const tableEntries = 60;

/** Requests that every version answers, and those that `fails` and `slow` stumble over. */
export const requests = {
  usual: requestOf(3),
  beyondTable: requestOf(tableEntries + 40),
  // More than twice the limit of 400 ms that the journeys set, on a fast and idle processor.
  muchWork: requestOf(1400),
} as const;

/**
 * Versions of a model that multiplies by a factor, as ordinary ONNX files. `fails` also looks an
 * entry up that is not always there; `slow` also does work that grows with the cube of its input.
 * Both pass their golden cases, which hold small inputs only.
 */
export const scaleModel = {
  good: (factor: number) => version(factor),
  /** The golden answers are those of another factor. */
  wrong: (factor: number) => ({ ...version(factor), 'golden.json': golden(factor + 1) }),
  fails: (factor: number) => version(factor, tableLookup),
  slow: (factor: number) => version(factor, cubicWork),
} as const;

export type VersionFiles = Readonly<Record<string, string | Uint8Array>>;

/** Files of a repository from `model/version` and `model/model.yaml`. */
export function repositoryOf(
  models: Readonly<
    Record<string, { yaml: string; versions: Readonly<Record<string, VersionFiles>> }>
  >,
): RepositoryFiles {
  const files: Record<string, string | Uint8Array> = {};
  for (const [model, { yaml, versions }] of Object.entries(models)) {
    files[`${model}/model.yaml`] = yaml;
    for (const [number, content] of Object.entries(versions)) {
      for (const [file, bytes] of Object.entries(content))
        files[`${model}/${number}/${file}`] = bytes;
    }
  }
  return files;
}

interface Addition {
  readonly outputs: readonly { name: string; datatype: 'INT64'; shape: readonly number[] }[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  /** What is added to the answer. */
  readonly addend: string;
}

function version(factor: number, addition?: Addition): VersionFiles {
  const onnx = buildOnnx({
    inputs: [{ name: 'x', datatype: 'FP32', shape: [1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [1] }, ...(addition?.outputs ?? [])],
    nodes: [
      { op: 'Mul', inputs: ['x', 'factor'], outputs: ['product'] },
      ...(addition?.nodes ?? []),
      { op: 'Add', inputs: ['product', addition?.addend ?? 'nothing'], outputs: ['y'] },
    ],
    initializers: [
      { name: 'factor', datatype: 'FP32', shape: [1], data: Float32Array.of(factor) },
      { name: 'nothing', datatype: 'FP32', shape: [1], data: Float32Array.of(0) },
      ...(addition?.initializers ?? []),
    ],
  });
  return { 'model.onnx': onnx, 'golden.json': golden(factor) };
}

const tableLookup: Addition = {
  outputs: [{ name: 'band', datatype: 'INT64', shape: [1] }],
  nodes: [
    { op: 'Cast', inputs: ['x'], outputs: ['entry'], attributes: { to: { int: 7 } } },
    { op: 'Gather', inputs: ['table', 'entry'], outputs: ['band'] },
  ],
  initializers: [
    {
      name: 'table',
      datatype: 'INT64',
      shape: [tableEntries],
      data: BigInt64Array.from({ length: tableEntries }, (_, at) => BigInt(at)),
    },
  ],
  addend: 'nothing',
};

const cubicWork: Addition = {
  outputs: [],
  nodes: [
    { op: 'Cast', inputs: ['x'], outputs: ['n'], attributes: { to: { int: 7 } } },
    { op: 'Concat', inputs: ['n', 'n'], outputs: ['square'], attributes: { axis: { int: 0 } } },
    { op: 'ConstantOfShape', inputs: ['square'], outputs: ['m0'] },
    ...Array.from({ length: 12 }, (_, at) => ({
      op: 'MatMul',
      inputs: [`m${at}`, `m${at}`],
      outputs: [`m${at + 1}`],
    })),
    { op: 'ReduceSum', inputs: ['m12'], outputs: ['sum'], attributes: { keepdims: { int: 0 } } },
  ],
  initializers: [],
  addend: 'sum',
};

function golden(factor: number): string {
  return JSON.stringify({
    tolerance: { absolute: 1e-6, relative: 1e-6 },
    cases: [2, 5].map((x) => ({
      name: `scales ${x}`,
      request: JSON.parse(requestOf(x)),
      outputs: [{ name: 'y', datatype: 'FP32', shape: [1], data: [x * factor] }],
    })),
  });
}

function requestOf(x: number): string {
  return JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1], data: [x] }] });
}
