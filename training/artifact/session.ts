import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { GoldenOutput } from '../../serving/contract/golden.ts';

/** The part of an OIP v2 request that the shipped models need. */
export interface InferRequest {
  readonly inputs: readonly RequestTensor[];
}

export interface RequestTensor {
  readonly name: string;
  readonly datatype: 'FP32' | 'BYTES';
  readonly shape: readonly number[];
  /** Flat, or nested by the shape. */
  readonly data: readonly unknown[] | Float32Array;
}

/**
 * A model as callers will meet it, by onnxruntime's public API. Quality and golden outputs are taken
 * from here and not from the trainer's own arithmetic, so that they speak of what is served.
 */
export class ArtifactSession {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async open(onnx: Uint8Array): Promise<ArtifactSession> {
    // One thread: a sum taken in one order gives the same bits on every run.
    const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
    return new ArtifactSession(await InferenceSession.create(onnx, options));
  }

  /** All outputs, in the graph's order. */
  async infer({ inputs }: InferRequest): Promise<GoldenOutput[]> {
    const feeds = Object.fromEntries(inputs.map((input) => [input.name, tensorOf(input)]));
    const results = await this.#session.run(feeds);
    return this.#session.outputNames.map((name) => outputOf(name, results[name] as Tensor));
  }
}

/** The elements of one output, all numbers. */
export function numbersOf(outputs: readonly GoldenOutput[], name: string): readonly number[] {
  const output = outputs.find((candidate) => candidate.name === name);
  if (!output) {
    const names = outputs.map((candidate) => candidate.name).join(', ');
    throw new Error(`The model has no output ${name}; it has ${names}.`);
  }
  return output.data as readonly number[];
}

function tensorOf({ datatype, shape, data }: RequestTensor): Tensor {
  if (data instanceof Float32Array) return new Tensor('float32', data, shape);
  const flat = data.flat(Number.POSITIVE_INFINITY);
  return datatype === 'BYTES'
    ? new Tensor('string', flat as string[], shape)
    : new Tensor('float32', Float32Array.from(flat as number[]), shape);
}

const datatypeOf: Readonly<Record<string, string>> = {
  float32: 'FP32',
  int64: 'INT64',
  string: 'BYTES',
};

function outputOf(name: string, { type, dims, data }: Tensor): GoldenOutput {
  const datatype = datatypeOf[type];
  if (!datatype)
    throw new Error(
      `Output ${name} has type ${type}; expected ${Object.keys(datatypeOf).join(', ')}.`,
    );
  const values = Array.from(data as ArrayLike<unknown>, (value) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
  return { name, datatype, shape: [...dims], data: values };
}
