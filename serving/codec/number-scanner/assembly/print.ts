import { reserve } from './record';

// Single floats as the shortest decimals that read back as the same floats, by R. Giulietti's
// Schubfach ("The Schubfach way to render doubles", 2021), in the form of A. Bolz's Drachennest.

export const LEAST_POWER: i32 = -31;
export const GREATEST_POWER: i32 = 45;

/** For each power of ten its first 64 bits, rounded up; the host writes them. */
export const powersOfTen: usize = memory.data(8 * 77, 8);

const memoryStart: usize = (__heap_base + 15) & ~15;

/** A float with its comma takes no more bytes. */
export const LONGEST: u32 = 32;

/** Where the host may use so many bytes; 0 when there is no memory for them. */
export function room(bytes: usize): usize {
  return reserve(memoryStart, bytes) ? memoryStart : 0;
}

/** Rows of floats with commas between them, at `out`; where each row ends goes to `ends`, as an offset. */
export function printRows(values: usize, rows: u32, columns: u32, ends: usize, out: usize): void {
  let at = out;
  for (let row: u32 = 0; row < rows; row++) {
    for (let column: u32 = 0; column < columns; column++) {
      if (column > 0) store<u8>(at++, 0x2c);
      at = printFloat(load<u32>(values), at);
      values += 4;
    }
    store<u32>(ends + (row << 2), (at - out) as u32);
  }
}

export function printFloat(bits: u32, at: usize): usize {
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  const negative = bits >>> 31 !== 0;
  if (exponent === 0xff) return printSpecial(fraction !== 0, negative, at);
  if (negative) store<u8>(at++, 0x2d);
  if (exponent === 0 && fraction === 0) {
    store<u8>(at, 0x30);
    if (!negative) return at + 1;
    store<u16>(at, 0x302e, 1); // .0
    return at + 3;
  }
  toDecimal(fraction, exponent);
  return printDecimal(at);
}

/** As the protocol spells them in JSON, which has no words for them. */
function printSpecial(noNumber: bool, negative: bool, at: usize): usize {
  if (noNumber) {
    store<u32>(at, 0x6c6c756e); // null
    return at + 4;
  }
  store<u8>(at++, 0x22);
  if (negative) store<u8>(at++, 0x2d);
  store<u32>(at, 0x69666e49); // Infi
  store<u32>(at, 0x7974696e, 4); // nity
  store<u8>(at, 0x22, 8);
  return at + 9;
}

let digits: u32 = 0;
let power: i32 = 0;

/** The float as digits * 10^power. The names are the paper's. */
function toDecimal(fraction: u32, exponent: u32): void {
  const c = exponent !== 0 ? fraction | 0x800000 : fraction;
  const q = (exponent !== 0 ? (exponent as i32) : 1) - 150;
  if (q <= 0 && q > -24 && (c & ((1 << -q) - 1)) === 0) {
    digits = c >>> -q;
    power = 0;
    return;
  }
  const isEven = (c & 1) === 0;
  const lowerIsCloser = fraction === 0 && exponent > 1;
  const cb = c << 2;
  const k = (q * 1262611 - (lowerIsCloser ? 524031 : 0)) >> 22;
  const h = q + ((-k * 1741647) >> 19) + 1;
  const g = load<u64>(powersOfTen + (((-k - LEAST_POWER) as usize) << 3));
  const lower = roundToOdd(g, (cb - 2 + (lowerIsCloser as u32)) << h) + (!isEven as u32);
  const vb = roundToOdd(g, cb << h);
  const upper = roundToOdd(g, (cb + 2) << h) - (!isEven as u32);
  const s = vb >>> 2;
  if (s >= 10) {
    const tenth: u32 = s / 10;
    const low: u32 = 40 * tenth;
    const below = lower <= low;
    const above = low + (40 as u32) <= upper;
    if (below !== above) {
      digits = tenth + (above as u32);
      power = k + 1;
      return;
    }
  }
  const low: u32 = 4 * s;
  const below = lower <= low;
  const above = low + (4 as u32) <= upper;
  const middle: u32 = low + (2 as u32);
  const up = vb > middle || (vb === middle && (s & 1) !== 0);
  digits = s + ((below !== above ? above : up) as u32);
  power = k;
}

function roundToOdd(g: u64, cp: u32): u32 {
  const low = (g & 0xffffffff) * (cp as u64);
  const high = (g >>> 32) * (cp as u64) + (low >>> 32);
  return ((high >>> 32) as u32) | (((high as u32) > 1) as u32);
}

/** In the notation of JavaScript: plain from 1e-6 up to 1e21, else with an exponent. */
function printDecimal(at: usize): usize {
  while (digits % 10 === 0) {
    digits /= 10;
    power++;
  }
  const count = countDigits(digits);
  const point = (count as i32) + power;
  if (power >= 0 && point <= 21) {
    at = printDigits(digits, count, at);
    for (let zeros = power; zeros > 0; zeros--) store<u8>(at++, 0x30);
    return at;
  }
  if (point > 0 && point <= 21) {
    printDigits(digits, count, at + 1);
    memory.copy(at, at + 1, point);
    store<u8>(at + point, 0x2e);
    return at + count + 1;
  }
  if (point > -6 && point <= 0) {
    store<u16>(at, 0x2e30); // 0.
    at += 2;
    for (let zeros = -point; zeros > 0; zeros--) store<u8>(at++, 0x30);
    return printDigits(digits, count, at);
  }
  printDigits(digits, count, at + 1);
  store<u8>(at, load<u8>(at + 1));
  at++;
  if (count > 1) {
    store<u8>(at, 0x2e);
    at += count;
  }
  store<u8>(at++, 0x65);
  const size = point - 1;
  store<u8>(at++, size < 0 ? 0x2d : 0x2b);
  const absolute = abs(size) as u32;
  return printDigits(absolute, countDigits(absolute), at);
}

function countDigits(value: u32): u32 {
  let count: u32 = 1;
  for (let rest = value; rest >= 10; rest /= 10) count++;
  return count;
}

function printDigits(value: u32, count: u32, at: usize): usize {
  let rest = value;
  for (let place = count; place > 0; place--) {
    store<u8>(at + place - 1, 0x30 + (rest % 10));
    rest /= 10;
  }
  return at + count;
}
