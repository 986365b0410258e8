import type { TensorSpec } from '../contract/manifest.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { numericTypes } from '../protocol/datatype-table.ts';
import { quote } from '../protocol/quote.ts';
import { noHints } from '../protocol/request.ts';
import { elementCount, shapeText, type Tensor } from '../protocol/tensor.ts';
import { numbersFromBytes } from './binary-data.ts';
import type { Codec } from './codec.ts';
import { elementOf } from './json-bytes.ts';

/** The body is nothing but the bytes of the model's one input; every output comes back binary. */
export const rawForm: Codec = {
  name: 'raw',
  applies: ({ headerLength }) => headerLength === 0,
  decode: ({ bytes }, { inputs }) => {
    const required = inputs.length === 1 ? inputs : inputs.filter(({ optional }) => !optional);
    const [spec] = required;
    if (!spec || required.length > 1) {
      throw refuse(`the model has ${required.length} inputs, and the raw form carries one`);
    }
    return {
      id: undefined,
      hints: { ...noHints, binaryOutput: true },
      inputs: [rawTensor(spec, bytes)],
      outputs: undefined,
    };
  },
};

function rawTensor(spec: TensorSpec, bytes: Buffer): Tensor {
  const { name, datatype } = spec;
  const at = `input ${quote(name)}`;
  if (datatype === 'BYTES') {
    const shape = spec.shape.map((dimension) => (dimension === -1 ? 1 : dimension));
    if (elementCount(shape) === 1) return { name, datatype, shape, data: [elementOf(bytes)] };
    throw refuse(`${at} has the shape ${shapeText(spec.shape)}, and the raw form carries one text`);
  }
  const shape = rawShape(at, spec, bytes.length / numericTypes[datatype].size);
  const count = elementCount(shape) ?? 0;
  return { name, datatype, shape, data: numbersFromBytes({ at, count }, datatype, bytes) };
}

/** The free dimension follows from the body's length; of two, the first is a batch of one. */
function rawShape(at: string, spec: TensorSpec, count: number): number[] {
  const free = spec.shape.filter((dimension) => dimension === -1).length;
  const batched = free === 2 && spec.shape[0] === -1;
  if (free > 1 && !batched) {
    throw refuse(`${at} has ${free} free dimensions, and the raw form can tell one`);
  }
  const fixed = spec.shape.reduce((product, size) => (size === -1 ? product : product * size), 1);
  const rest = fixed === 0 ? 0 : count / fixed;
  if (free > 0 && !Number.isInteger(rest)) {
    throw new SiskinError(
      'bad_binary',
      `unexpected size for ${at}: the body holds ${count} elements of ${spec.datatype}, which does not fit the shape ${shapeText(spec.shape)}`,
    );
  }
  return spec.shape.map((dimension, axis) => {
    if (dimension !== -1) return dimension;
    return batched && axis === 0 ? 1 : rest;
  });
}

function refuse(problem: string): SiskinError {
  return new SiskinError(
    'bad_binary',
    `Inference-Header-Content-Length is 0, but ${problem}; put a JSON header in front`,
  );
}
