import { countDigits, joinDigits, joinSixteen, loadDigits } from './digits';
import { scanNumber } from './number';
import { mark, OVERFLOW } from './record';
import { byteAt, MINUS, POINT, ZERO } from './text';

/** Of a double's bits those that a single lacks; halfway between two singles the first of them is set. */
const DROPPED: u32 = 0x1fffffff;
const HALFWAY: u32 = 0x10000000;

/** A double that is this far from halfway, in its last places, is narrowed to the right side. */
const DOUBT: u32 = 1 << 17;

/** Where sixteen digits behind the point are so many, further ones stay within the doubt. */
const ENOUGH: u64 = 100000000000;

/** As two bytes of text: a digit and the point behind it. */
const ZERO_AND_POINT: u32 = 0x2e30;

const inversePowers: usize = memory.data<f64>([
  1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15,
  1e-16,
]);

const double: usize = memory.data(8, 8);

/**
 * A number by JSON's grammar, from its sign or first digit; to `out` goes the single that its nearest
 * double is narrowed to. Most need no such double: sixteen digits behind the point and one product come
 * close enough, unless the number is nearly halfway between two singles, once in two thousand.
 */
export function scanSingle(start: usize, out: usize): usize {
  const negative = (byteAt(start) === MINUS) as u32;
  let at = start + negative;
  let value: f64;
  const whole = (load<u16>(at) as u32) - ZERO_AND_POINT;
  if (whole <= 9) {
    value = f64(whole as i32);
    at++;
  } else {
    const digits = loadDigits(at);
    const count = countDigits(digits);
    if (count === 16 || (count > 1 && byteAt(at) === ZERO)) return scanThroughDouble(start, out);
    value = f64(joinDigits(digits, count) as i64);
    at += count;
  }
  if (byteAt(at) === POINT) {
    const digits = loadDigits(++at);
    const count = countDigits(digits);
    if (count === 16) {
      const fraction = joinSixteen(digits);
      at += 16;
      const more = countDigits(loadDigits(at));
      if (more === 16 || fraction < ENOUGH) return scanThroughDouble(start, out);
      at += more;
      value += f64(fraction as i64) * 1e-16;
    } else {
      if (count === 0) return scanThroughDouble(start, out);
      value += f64(joinDigits(digits, count) as i64) * load<f64>(inversePowers + (count << 3));
      at += count;
    }
  }
  const fromHalfway = ((reinterpret<u64>(value) as u32) & DROPPED) - (HALFWAY - DOUBT);
  if (fromHalfway <= 2 * DOUBT || (byteAt(at) | 0x20) === 0x65)
    return scanThroughDouble(start, out);
  store<u32>(out, reinterpret<u32>(value as f32) | (negative << 31));
  return at;
}

function scanThroughDouble(start: usize, out: usize): usize {
  const end = scanNumber(start, double);
  const value = load<f64>(double);
  const single = value as f32;
  if (abs<f32>(single) === Infinity) mark(OVERFLOW);
  store<f32>(out, single);
  return end;
}

const zeroPairs: usize = memory.data<u8>(
  [48, 44, 48, 44, 48, 44, 48, 44, 48, 44, 48, 44, 48, 44, 48, 44],
  16,
);

/**
 * Pictures, counts and flags are mostly zeros: how many of the next eight elements are a zero and its
 * comma. Eight zeros go to `out` in any case.
 */
export function scanZeros(at: usize, out: usize): u32 {
  const areZeros = v128.eq<u8>(v128.load(at), v128.load(zeroPairs));
  v128.store(out, i64x2.splat(0));
  v128.store(out, i64x2.splat(0), 16);
  return ctz(v128.bitmask<i8>(areZeros) ^ 0x1ffff) >> 1;
}
