import { type Datatype, datatypes } from '../contract/datatype.ts';

export type NumericDatatype = Exclude<Datatype, 'BYTES'>;

export type TensorData =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

interface TensorDataConstructor {
  new (length: number): TensorData;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TensorData;
}

/** How the elements of a datatype are written: decides the rules for JSON. */
export type Kind = 'bool' | 'integer' | 'long' | 'half' | 'float';

export interface NumericType {
  readonly kind: Kind;
  /** Bytes of one element. */
  readonly size: number;
  /** Halves are kept as their 16 bits, booleans as 0 and 1. */
  readonly array: TensorDataConstructor;
  /** The name onnxruntime gives the type. BF16 has none: the engine carries it as float32. */
  readonly onnx: string | undefined;
  /** Triton's name, for the model configuration. */
  readonly triton: string;
  /** Bounds of integers, for checks and messages. */
  readonly range?: readonly [bigint, bigint];
}

const integer = (
  array: TensorDataConstructor,
  bits: number,
  signed: boolean,
): Omit<NumericType, 'triton'> => ({
  kind: bits === 64 ? 'long' : 'integer',
  size: bits / 8,
  array,
  onnx: `${signed ? 'int' : 'uint'}${bits}`,
  range: signed
    ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n]
    : [0n, 2n ** BigInt(bits) - 1n],
});

/** Everything that depends on a datatype, in one table that is read in both directions. */
export const numericTypes: Readonly<Record<NumericDatatype, NumericType>> = {
  BOOL: { kind: 'bool', size: 1, array: Uint8Array, onnx: 'bool', triton: 'TYPE_BOOL' },
  UINT8: { ...integer(Uint8Array, 8, false), triton: 'TYPE_UINT8' },
  UINT16: { ...integer(Uint16Array, 16, false), triton: 'TYPE_UINT16' },
  UINT32: { ...integer(Uint32Array, 32, false), triton: 'TYPE_UINT32' },
  UINT64: { ...integer(BigUint64Array, 64, false), triton: 'TYPE_UINT64' },
  INT8: { ...integer(Int8Array, 8, true), triton: 'TYPE_INT8' },
  INT16: { ...integer(Int16Array, 16, true), triton: 'TYPE_INT16' },
  INT32: { ...integer(Int32Array, 32, true), triton: 'TYPE_INT32' },
  INT64: { ...integer(BigInt64Array, 64, true), triton: 'TYPE_INT64' },
  FP16: { kind: 'half', size: 2, array: Uint16Array, onnx: 'float16', triton: 'TYPE_FP16' },
  BF16: { kind: 'half', size: 2, array: Uint16Array, onnx: undefined, triton: 'TYPE_BF16' },
  FP32: { kind: 'float', size: 4, array: Float32Array, onnx: 'float32', triton: 'TYPE_FP32' },
  FP64: { kind: 'float', size: 8, array: Float64Array, onnx: 'float64', triton: 'TYPE_FP64' },
};

/** Triton's and onnxruntime's names of BYTES, which no numeric rule fits. */
export const bytesType = { onnx: 'string', triton: 'TYPE_STRING' } as const;

const byOnnxName = new Map<string, Datatype>([
  [bytesType.onnx, 'BYTES'],
  ...Object.entries(numericTypes).flatMap(([datatype, { onnx }]) =>
    onnx === undefined ? [] : [[onnx, datatype as NumericDatatype] as const],
  ),
]);

const byName = new Map<string, Datatype>(datatypes.map((name) => [name, name]));

/** The datatype that a request spells; clients differ in case. */
export function datatypeNamed(name: string): Datatype | undefined {
  return byName.get(name) ?? byName.get(name.toUpperCase());
}

export function datatypeOfOnnx(name: string): Datatype | undefined {
  return byOnnxName.get(name);
}
