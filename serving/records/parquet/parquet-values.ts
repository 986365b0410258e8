import { isUtf8 } from 'node:buffer';
import type { DecodedArray } from 'hyparquet';
import { SiskinError } from '../../error/siskin-error.ts';
import {
  type NumericDatatype,
  numericTypes,
  type TensorData,
} from '../../protocol/datatype-table.ts';
import { NumberToken } from '../../protocol/number-token.ts';

/** A value of a column as the exact JSON parser would give it. */
export function plainValue(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value : new NumberToken(String(value));
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    case 'object':
      return value === null ? null : plainObject(value);
    default:
      return value ?? null;
  }
}

function plainObject(value: object): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return textOf(value);
  if (Array.isArray(value)) return value.map(plainValue);
  if (ArrayBuffer.isView(value))
    return Array.from(value as unknown as ArrayLike<unknown>, plainValue);
  return value;
}

function textOf(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  throw new SiskinError('bytes_not_text', 'a value is bytes that are not UTF-8 text');
}

/** For the error file: integers as they are, whatever a double could hold. */
export function jsonOf(value: unknown): string {
  if (value instanceof NumberToken) return value.text;
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  return JSON.stringify(value) ?? 'null';
}

/**
 * All rows of a column at once, `elements` from each; undefined when any needs a closer look, one row
 * at a time.
 */
export function bulkNumbers(
  datatype: NumericDatatype,
  values: DecodedArray,
  elements: number,
): TensorData | undefined {
  const type = numericTypes[datatype];
  const out = new type.array(values.length * elements);
  const store = stores[type.kind];
  if (!store) return undefined;
  if (elements === 1 && !Array.isArray(values[0])) return store(out, 0, values) ? out : undefined;
  for (let row = 0; row < values.length; row += 1) {
    const value: unknown = values[row];
    if (!Array.isArray(value) || value.length !== elements) return undefined;
    if (!store(out, row * elements, value)) return undefined;
  }
  return out;
}

type Store = (out: TensorData, at: number, values: ArrayLike<unknown>) => boolean;

const stores: Readonly<Partial<Record<string, Store>>> = {
  float: storeFloats,
  integer: storeIntegers,
  long: storeLongs,
};

function storeFloats(out: TensorData, at: number, values: ArrayLike<unknown>): boolean {
  const floats = out as Float64Array;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (typeof value !== 'number') return false;
    floats[at + index] = value;
    // Out of FP32's range, unless the file itself says so.
    if (!Number.isFinite(floats[at + index]) && Number.isFinite(value)) return false;
  }
  return true;
}

function storeIntegers(out: TensorData, at: number, values: ArrayLike<unknown>): boolean {
  const integers = out as Int32Array;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number !== 'number') return false;
    integers[at + index] = number;
    if (integers[at + index] !== number) return false;
  }
  return true;
}

function storeLongs(out: TensorData, at: number, values: ArrayLike<unknown>): boolean {
  const longs = out as BigInt64Array;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    const whole = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
    if (typeof whole !== 'bigint') return false;
    longs[at + index] = whole;
    if (longs[at + index] !== whole) return false;
  }
  return true;
}
