import { mark, ROUNDED_INTEGER } from './record';

// Decimal to binary. The nearest double of mantissa × 10^exponent, ties to even: JSON.parse's answer.

/** Exponents that the table of powers of five covers; the host fills it once. */
export const LEAST_POWER: i32 = -80;
export const GREATEST_POWER: i32 = 60;

/** 128 bits a power: the high half, then the low half. */
export const powersOfFive: usize = memory.data(16 * (60 + 80 + 1), 16);

/** Powers of ten that a double holds exactly. */
const exactPowers: usize = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]);
const GREATEST_EXACT_POWER: i32 = 22;

/** From here on not every integer is a double. */
export const INTEGER_LIMIT: f64 = 9007199254740992;

/** Whether an integer that a double holds exactly gives the nearest double by one operation. */
export function isExact(exponent: i32): bool {
  return ((exponent + GREATEST_EXACT_POWER) as u32) <= ((2 * GREATEST_EXACT_POWER) as u32);
}

/** Both operands are exact doubles, so the one operation rounds once, and correctly. */
export function exactly(mantissa: u64, exponent: i32): f64 {
  // As signed, because a processor converts those in one instruction.
  const value = f64(mantissa as i64);
  if (exponent <= 0) return value / load<f64>(exactPowers - (exponent << 3));
  const product = value * load<f64>(exactPowers + (exponent << 3));
  if (product > INTEGER_LIMIT) mark(ROUNDED_INTEGER);
  return product;
}

export function isWithinTable(exponent: i32): bool {
  return ((exponent - LEAST_POWER) as u32) <= ((GREATEST_POWER - LEAST_POWER) as u32);
}

/** The high half of the product: WebAssembly multiplies 64 bits to 64 bits only. */
function multiplyHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  return aHigh * bHigh + (middle >> 32) + ((aLow * bHigh + (middle & 0xffffffff)) >> 32);
}

/**
 * Eisel and Lemire's algorithm (Number Parsing at a Gigabyte per Second, 2021) for a mantissa other
 * than 0 and an exponent within the table. Exponents that small give neither subnormals nor infinity,
 * and the authors' later proof (Fast Number Parsing Without Fallback, 2022) shows that no case is left
 * undecided.
 */
export function nearest(mantissa: u64, exponent: i32): f64 {
  const power = powersOfFive + ((exponent - LEAST_POWER) << 4);
  const shifted = clz(mantissa);
  const normal = mantissa << shifted;
  const factor = load<u64>(power);
  let high = multiplyHigh(normal, factor);
  let low = normal * factor;
  if ((high & 0x1ff) === 0x1ff) {
    // The bits below the double's are all ones: a carry out of the next product may round up.
    const carry = multiplyHigh(normal, load<u64>(power, 8));
    low += carry;
    if (carry > low) high++;
  }
  const upper = high >> 63;
  const dropped = upper + 9;
  let bits = high >> dropped;
  let binary = (((217706 * exponent) >> 16) + 63 + (upper as i32) - (shifted as i32) + 1023) as i64;
  if (
    low <= 1 &&
    exponent >= -4 &&
    exponent <= 23 &&
    (bits & 3) === 1 &&
    bits << dropped === high
  ) {
    bits &= ~1; // exactly halfway: to even
  }
  bits = (bits + (bits & 1)) >> 1;
  if (bits >= 1 << 53) {
    bits = 1 << 52;
    binary++;
  }
  return reinterpret<f64>((bits & ((1 << 52) - 1)) | ((binary as u64) << 52));
}
