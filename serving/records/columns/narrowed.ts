import {
  type NumericDatatype,
  numericTypes,
  type TensorData,
} from '../../protocol/datatype-table.ts';
import { exactHalf, type HalfDatatype } from '../../protocol/half.ts';

/**
 * Scanned numbers as a tensor's data, the same that the exact path gives; undefined when an element
 * does not fit the datatype. Singles are scanned for FP32 alone.
 */
export function narrowed(
  datatype: NumericDatatype,
  values: Float64Array | Float32Array,
): TensorData | undefined {
  if (values instanceof Float32Array) return values.slice();
  const type = numericTypes[datatype];
  switch (type.kind) {
    case 'float':
      return values.slice();
    case 'integer':
      return integers(new type.array(values.length) as Int32Array, values);
    case 'bool': {
      // Only 0 and 1 are booleans among the numbers.
      const bits = integers(new Uint8Array(values.length), values);
      return bits?.every((bit) => bit <= 1) ? bits : undefined;
    }
    case 'long':
      return longs(new type.array(values.length) as BigInt64Array, values);
    case 'half':
      return halves(datatype as HalfDatatype, values);
  }
}

function integers<T extends Int32Array | Uint8Array>(out: T, values: Float64Array): T | undefined {
  out.set(values);
  for (let index = 0; index < out.length; index += 1) {
    if (out[index] !== values[index]) return undefined;
  }
  return out;
}

function longs(out: BigInt64Array, values: Float64Array): BigInt64Array | undefined {
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number;
    if (!Number.isSafeInteger(value)) return undefined;
    const whole = BigInt(value);
    out[index] = whole;
    if (out[index] !== whole) return undefined;
  }
  return out;
}

function halves(datatype: HalfDatatype, values: Float64Array): Uint16Array | undefined {
  const out = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const bits = exactHalf(datatype, values[index] as number);
    if (bits === undefined) return undefined;
    out[index] = bits;
  }
  return out;
}
