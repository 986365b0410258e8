import type { Tensor } from 'onnxruntime-node';
import { readGoldenFile } from '../../lib/model-repository/golden-file.ts';
import type { CheckTensor, Elements } from '../../serving/contract/answer-check.ts';
import type { Datatype } from '../../serving/contract/datatype.ts';
import type { TensorSpec } from '../../serving/contract/manifest.ts';

interface Numbers {
  readonly onnx: Tensor.Type;
  readonly array: {
    new (length: number): NumberArray;
    new (buffer: ArrayBuffer): NumberArray;
    readonly BYTES_PER_ELEMENT: number;
  };
}

type NumberArray = ArrayBufferView & { [index: number]: number | bigint; readonly length: number };

/**
 * How onnxruntime-node takes each datatype. FP16 and BF16 are missing: its public interface reads no
 * halves, so that models with such edges are not optimized.
 */
const numbers: Readonly<Partial<Record<Datatype, Numbers>>> = {
  BOOL: { onnx: 'bool', array: Uint8Array },
  UINT8: { onnx: 'uint8', array: Uint8Array },
  UINT16: { onnx: 'uint16', array: Uint16Array },
  UINT32: { onnx: 'uint32', array: Uint32Array },
  UINT64: { onnx: 'uint64', array: BigUint64Array },
  INT8: { onnx: 'int8', array: Int8Array },
  INT16: { onnx: 'int16', array: Int16Array },
  INT32: { onnx: 'int32', array: Int32Array },
  INT64: { onnx: 'int64', array: BigInt64Array },
  FP32: { onnx: 'float32', array: Float32Array },
  FP64: { onnx: 'float64', array: Float64Array },
};

export function canBeChecked(specs: readonly TensorSpec[]): boolean {
  return specs.every(({ datatype }) => datatype === 'BYTES' || datatype in numbers);
}

export function onnxType(datatype: Datatype): Tensor.Type {
  return datatype === 'BYTES' ? 'string' : (numbers[datatype] as Numbers).onnx;
}

/** The elements of a tensor in a check. */
export function elementsOf({ datatype, data }: CheckTensor): Elements {
  if (typeof data !== 'string') return data;
  const bytes = Uint8Array.from(Buffer.from(data, 'base64'));
  return new (numbers[datatype] as Numbers).array(bytes.buffer) as Elements;
}

/** A tensor of a check from elements as onnxruntime gives them. */
export function checkTensor(
  { name, datatype }: Pick<TensorSpec, 'name' | 'datatype'>,
  shape: readonly number[],
  data: unknown,
): CheckTensor {
  if (datatype === 'BYTES') return { name, datatype, shape, data: [...(data as string[])] };
  const { buffer, byteOffset, byteLength } = data as NumberArray;
  const bytes = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  return { name, datatype, shape, data: bytes.toString('base64') };
}

/** The requests of golden.json that this file's small reader of JSON tensors understands. */
export function goldenInputs(
  goldenPath: string | undefined,
  specs: readonly TensorSpec[],
): CheckTensor[][] {
  const golden = goldenPath === undefined ? undefined : readGoldenFile(goldenPath).golden;
  return (golden?.cases ?? []).flatMap(({ request }) => {
    const inputs = readInputs(request, specs);
    return inputs ? [inputs] : [];
  });
}

function readInputs(request: unknown, specs: readonly TensorSpec[]): CheckTensor[] | undefined {
  const given = (request as { inputs?: readonly GivenTensor[] } | null)?.inputs ?? [];
  const tensors = given.map((tensor) => readTensor(tensor, specs));
  return tensors.every((tensor) => tensor !== undefined) && tensors.length > 0
    ? tensors
    : undefined;
}

interface GivenTensor {
  readonly name?: string;
  readonly shape?: readonly number[];
  readonly data?: readonly unknown[];
}

function readTensor(
  { name, shape, data }: GivenTensor,
  specs: readonly TensorSpec[],
): CheckTensor | undefined {
  const spec = specs.find((each) => each.name === name);
  if (!spec || !Array.isArray(shape) || !Array.isArray(data)) return undefined;
  const elements: unknown[] = data.flat(Number.POSITIVE_INFINITY);
  if (elements.length !== sizeOf(shape)) return undefined;
  if (spec.datatype === 'BYTES') return checkTensor(spec, shape, elements.map(String));
  const array = new (numbers[spec.datatype] as Numbers).array(elements.length);
  for (const [index, element] of elements.entries()) {
    if (!['number', 'boolean'].includes(typeof element)) return undefined;
    if (isBig(array) && !Number.isSafeInteger(Number(element))) return undefined;
    array[index] = isBig(array) ? BigInt(element as number) : Number(element);
  }
  return checkTensor(spec, shape, array);
}

/** Tensors that fit the signature, their free dimensions of one size. Equal for equal signatures. */
export function generatedInputs(specs: readonly TensorSpec[], freeSize: number): CheckTensor[] {
  let seed = 1;
  const next = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    return seed / 2 ** 31;
  };
  return specs
    .filter(({ optional }) => !optional)
    .map((spec) => {
      const shape = spec.shape.map((size) => (size === -1 ? freeSize : size));
      const { datatype } = spec;
      if (datatype === 'BYTES') {
        return checkTensor(spec, shape, Array(sizeOf(shape)).fill('text'));
      }
      const array = new (numbers[datatype] as Numbers).array(sizeOf(shape));
      for (let i = 0; i < array.length; i++) {
        const value = next();
        // Whole numbers are often indices, flags or lengths: 0 and 1 are the least likely to be refused.
        const whole = value < 0 ? 0 : 1;
        array[i] = isBig(array) ? BigInt(whole) : datatype.startsWith('FP') ? value : whole;
      }
      return checkTensor(spec, shape, array);
    });
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isBig(array: NumberArray): boolean {
  return array instanceof BigInt64Array || array instanceof BigUint64Array;
}
