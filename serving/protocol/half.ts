/** The 16-bit floats as their bits. Widening is exact; narrowing is exact or refused. */

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);
const half = new Float16Array(1);
const halfBits = new Uint16Array(half.buffer);

export type HalfDatatype = 'FP16' | 'BF16';

export function halfToNumber(datatype: HalfDatatype, bits: number): number {
  if (datatype === 'FP16') {
    halfBits[0] = bits;
    return half[0] as number;
  }
  singleBits[0] = bits << 16;
  return single[0] as number;
}

/** The bits of the nearest value, ties to even; out of range becomes an infinity. */
export function nearestHalf(datatype: HalfDatatype, value: number): number {
  if (datatype === 'FP16') {
    half[0] = value;
    return halfBits[0] as number;
  }
  return nearestBrainFloat(value);
}

/** The bits, when the value is exactly one of the datatype; else undefined. */
export function exactHalf(datatype: HalfDatatype, value: number): number | undefined {
  const bits = nearestHalf(datatype, value);
  return Object.is(halfToNumber(datatype, bits), value) ? bits : undefined;
}

function nearestBrainFloat(value: number): number {
  single[0] = value;
  const bits = singleBits[0] as number;
  // Rounding a NaN's payload could carry into the exponent and make it an infinity.
  if (Number.isNaN(value)) return (bits >>> 16) | 0x40;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}
