import { type NumericDatatype, numericTypes, type TensorData } from '../protocol/datatype-table.ts';
import { exactHalf, type HalfDatatype } from '../protocol/half.ts';
import { NumberToken } from '../protocol/number-token.ts';
import { exactNumber } from './exact-json.ts';
import type { NumberArray } from './number-scanner/number-array.ts';

/**
 * The scanned numbers as the datatype's array, where what the scanner noted of them proves that each
 * fits; else undefined: then the elements themselves must be looked at, one by one.
 */
export function liftedNumbers(
  datatype: NumericDatatype,
  lifted: NumberArray,
): TensorData | undefined {
  const type = numericTypes[datatype];
  if (lifted.elements === 'singles') {
    return datatype === 'FP32' && !lifted.booleans && !lifted.overflow ? lifted.copy() : undefined;
  }
  const values = lifted.values as Float64Array;
  switch (type.kind) {
    case 'float':
      if (lifted.booleans || lifted.overflow || !fitsFloat(datatype, lifted)) return undefined;
      return datatype === 'FP32' ? new Float32Array(values) : lifted.copy();
    case 'integer':
    case 'bool': {
      const [lowest, highest] = type.range ?? [0n, 1n];
      if ((lifted.booleans && type.kind !== 'bool') || !isWhole(lifted)) return undefined;
      if (lifted.least < lowest || lifted.greatest > highest) return undefined;
      const out = new type.array(values.length) as Int32Array;
      out.set(values);
      return out;
    }
    case 'long':
      if (lifted.booleans || !isWhole(lifted)) return undefined;
      return longs(datatype, values, lifted.least);
    case 'half':
      return isPlain(lifted) ? halves(datatype as HalfDatatype, values) : undefined;
  }
}

/** The elements as the exact parser reads them. */
export function liftedElements(lifted: NumberArray): unknown[] {
  return Array.from(lifted.tokens(), (token) => {
    switch (token) {
      case 'true':
        return true;
      case 'false':
        return false;
      case 'null':
        return null;
      case 'NaN':
      case 'Infinity':
      case '-Infinity':
        return new NumberToken(token);
      default:
        return exactNumber(token);
    }
  });
}

function isPlain({ booleans, nulls, nonFinite, overflow }: NumberArray): boolean {
  return !booleans && !nulls && !nonFinite && !overflow;
}

function isWhole({ integral, nulls, nonFinite, overflow, roundedInteger }: NumberArray): boolean {
  return integral && !nulls && !nonFinite && !overflow && !roundedInteger;
}

/** Without any finite element the bounds are infinities, and there is nothing to overflow. */
function fitsFloat(datatype: NumericDatatype, { least, greatest }: NumberArray): boolean {
  if (datatype === 'FP64' || least > greatest) return true;
  return Number.isFinite(Math.fround(least)) && Number.isFinite(Math.fround(greatest));
}

function longs(
  datatype: NumericDatatype,
  values: Float64Array,
  least: number,
): TensorData | undefined {
  if (datatype === 'UINT64' && least < 0) return undefined;
  const out = new numericTypes[datatype].array(values.length) as BigInt64Array;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number;
    if (!Number.isSafeInteger(value)) return undefined;
    out[index] = BigInt(value);
  }
  return out;
}

function halves(datatype: HalfDatatype, values: Float64Array): TensorData | undefined {
  const out = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const bits = exactHalf(datatype, values[index] as number);
    if (bits === undefined) return undefined;
    out[index] = bits;
  }
  return out;
}
