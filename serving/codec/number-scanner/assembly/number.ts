import { exactly, INTEGER_LIMIT, isExact, isWithinTable, nearest } from './decimal';
import { countDigits, countFour, joinDigits, joinFour, loadDigits, loadFour } from './digits';
import { mark, OVERFLOW, ROUNDED_INTEGER } from './record';
import { byteAt, fail, isDigit, MINUS, PLUS, POINT, ZERO } from './text';

/** The host's own conversion, for the rare number that this file cannot decide. */
declare function convertSlowly(start: usize, end: usize): f64;

/** More digits than this may not fit 64 bits. */
const MAX_DIGITS: u32 = 19;

/** Every integer of so few digits is a double. */
const MAX_EXACT_DIGITS: u32 = 15;

const powersOfTen: usize = memory.data<u64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000,
  100000000000, 1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000,
]);

/**
 * A number by JSON's grammar, from its sign or first digit; its double goes to `out`. Where numbers
 * of one array differ at random (sign, length) there is no branch: a wrong guess of the processor
 * costs as much as all the work on a number.
 */
export function scanNumber(start: usize, out: usize): usize {
  const negative = byteAt(start) === MINUS;
  let at = start + (negative as usize);
  const first = byteAt(at);
  let mantissa: u64;
  let count: u32 = 1;
  if (byteAt(at + 1) === POINT) {
    mantissa = first - ZERO;
    at++;
  } else {
    const digits = loadDigits(at);
    count = countDigits(digits);
    if (count > 1 && first === ZERO) return fail(at + 1);
    if (count === 16) return scanLongNumber(start, out);
    mantissa = joinDigits(digits, count);
    at += count;
  }
  let exponent: i32 = 0;
  if (byteAt(at) === POINT) {
    const digits = loadDigits(++at);
    const fraction = countDigits(digits);
    if (fraction === 0) return fail(at);
    mantissa = shift(mantissa, fraction) + joinDigits(digits, fraction);
    at += fraction;
    count += fraction;
    exponent = -(fraction as i32);
    if (fraction === 16) {
      const four = loadFour(at);
      const more = countFour(four);
      mantissa = shift(mantissa, more) + joinFour(four, more);
      at += more;
      count += more;
      exponent -= more as i32;
    }
    // Checked late, since overflow does no harm before: the long way begins anew.
    if (count > MAX_DIGITS) return scanLongNumber(start, out);
  }
  if ((byteAt(at) | 0x20) === 0x65) {
    at = scanExponent(at);
    if (!at) return 0;
    exponent += exponentRead;
  }
  const value =
    count <= MAX_EXACT_DIGITS && isExact(exponent)
      ? exactly(mantissa, exponent)
      : toDouble(mantissa, exponent, start, at);
  store<u64>(out, reinterpret<u64>(value) | ((negative as u64) << 63));
  return at;
}

function shift(mantissa: u64, digits: u32): u64 {
  return mantissa * load<u64>(powersOfTen + (digits << 3));
}

let exponentRead: i32 = 0;

/** The exponent from its letter e; beyond any double's range its exact size does not matter. */
function scanExponent(at: usize): usize {
  let byte = byteAt(++at);
  const negative = byte === MINUS;
  if (negative || byte === PLUS) byte = byteAt(++at);
  if (!isDigit(byte)) return fail(at);
  let size: i32 = 0;
  for (; isDigit(byte); byte = byteAt(++at)) {
    if (size < 100000000) size = size * 10 + ((byte - ZERO) as i32);
  }
  exponentRead = negative ? -size : size;
  return at;
}

/** A number with many digits: the first 19 that count decide, almost always. */
function scanLongNumber(start: usize, out: usize): usize {
  const negative = byteAt(start) === MINUS;
  let at = start + (negative as usize);
  let mantissa: u64 = 0;
  let used: u32 = 0;
  let exponent: i32 = 0;
  let cut = false;
  let inFraction = false;
  for (; ; at++) {
    const byte = byteAt(at);
    if (byte === POINT && !inFraction) {
      inFraction = true;
      if (!isDigit(byteAt(at + 1))) return fail(at + 1);
      continue;
    }
    if (!isDigit(byte)) break;
    if (used < MAX_DIGITS) {
      mantissa = mantissa * 10 + (byte - ZERO);
      if (mantissa !== 0) used++;
      if (inFraction) exponent--;
    } else {
      if (byte !== ZERO) cut = true;
      if (!inFraction) exponent++;
    }
  }
  if ((byteAt(at) | 0x20) === 0x65) {
    at = scanExponent(at);
    if (!at) return 0;
    exponent += exponentRead;
  }
  let value = toDouble(mantissa, exponent, start, at);
  // What was cut lies between this mantissa and the next: where both round alike, so does the number.
  if (cut && value !== toDouble(mantissa + 1, exponent, start, at)) value = convert(start, at);
  if (cut) markIfWhole(value);
  store<f64>(out, negative ? -value : value);
  return at;
}

function toDouble(mantissa: u64, exponent: i32, start: usize, end: usize): f64 {
  if (mantissa === 0) return 0;
  if (exponent === 0 && mantissa <= (INTEGER_LIMIT as u64)) return f64(mantissa as i64);
  const value = isWithinTable(exponent) ? nearest(mantissa, exponent) : convert(start, end);
  markIfWhole(value);
  return value;
}

function convert(start: usize, end: usize): f64 {
  const value = abs(convertSlowly(start, end));
  if (value === Infinity) mark(OVERFLOW);
  return value;
}

/** A whole number that came out of rounding may not be the one in the text. */
function markIfWhole(value: f64): void {
  if (trunc(value) === value) mark(ROUNDED_INTEGER);
}

/** A number outside of tensor data: JSON.parse reads its value. */
export function skipNumber(at: usize): usize {
  if (byteAt(at) === MINUS) at++;
  const first = byteAt(at);
  if (!isDigit(first)) return fail(at);
  at = first === ZERO ? at + 1 : skipDigits(at);
  if (byteAt(at) === POINT) {
    if (!isDigit(byteAt(++at))) return fail(at);
    at = skipDigits(at);
  }
  return (byteAt(at) | 0x20) === 0x65 ? scanExponent(at) : at;
}

function skipDigits(at: usize): usize {
  while (isDigit(byteAt(at))) at++;
  return at;
}
