import type { TensorSpec } from '../contract/manifest.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { datatypeOfOnnx, numericTypes, type TensorData } from '../protocol/datatype-table.ts';
import { halfToNumber, nearestHalf } from '../protocol/half.ts';
import { quote } from '../protocol/quote.ts';
import type { BytesElement, Tensor } from '../protocol/tensor.ts';

/** A tensor as onnxruntime's binding reads and writes it. */
export interface OnnxTensor {
  readonly type: string;
  readonly data: TensorData | Float16Array | readonly string[];
  readonly dims: readonly number[];
  readonly location: 'cpu';
}

export function toOnnx(tensor: Tensor): OnnxTensor {
  const { shape: dims } = tensor;
  const location = 'cpu';
  if (tensor.datatype === 'BYTES') {
    return { type: 'string', data: tensor.data.map(textFor(tensor.name)), dims, location };
  }
  if (tensor.datatype === 'BF16') {
    // onnxruntime's binding has no BF16: such a model is prepared to take float32, which holds every
    // BF16 value, and to cast it.
    const wide = Float32Array.from(tensor.data as Uint16Array, (bits) =>
      halfToNumber('BF16', bits),
    );
    return { type: 'float32', data: wide, dims, location };
  }
  return { type: numericTypes[tensor.datatype].onnx as string, data: tensor.data, dims, location };
}

/** onnxruntime's binding takes strings up to their first NUL and writes the rest off silently. */
function textFor(name: string): (element: BytesElement, index: number) => string {
  return (element, index) => {
    if (typeof element !== 'string') {
      throw new SiskinError(
        'bytes_not_text',
        `input ${quote(name)} element ${index} is not UTF-8, and the strings of an ONNX model are text; encode the bytes as text that the model expects`,
      );
    }
    if (element.includes('\0')) {
      throw new SiskinError(
        'bytes_not_text',
        `input ${quote(name)} element ${index} holds a NUL character, at which onnxruntime would cut the text; leave it out`,
      );
    }
    return element;
  };
}

export function fromOnnx(spec: TensorSpec, value: OnnxTensor): Tensor {
  const { name } = spec;
  const shape = value.dims.map(Number);
  const { data } = value;
  if (value.type === 'string') {
    return { name, datatype: 'BYTES', shape, data: data as readonly string[] };
  }
  if (spec.datatype === 'BF16') {
    const bits = Uint16Array.from(data as Float32Array, (number) => nearestHalf('BF16', number));
    return { name, datatype: 'BF16', shape, data: bits };
  }
  const datatype = datatypeOfOnnx(value.type);
  if (!datatype || datatype === 'BYTES') {
    throw new SiskinError(
      'model_error',
      `output ${quote(name)} has the type ${value.type}, which the protocol lacks`,
    );
  }
  if (data instanceof Float16Array) {
    const bits = new Uint16Array(data.buffer, data.byteOffset, data.length);
    return { name, datatype, shape, data: bits };
  }
  return { name, datatype, shape, data: data as TensorData };
}
