import { BOOLEAN, mark, NON_FINITE, NULL } from './record';
import { byteAt, fail, MINUS, OPEN_OBJECT, QUOTE } from './text';

/** No element at all but a string or an object: its array stays in the text. No address is 1. */
export const NOT_NUMBERS: usize = 1;

/** The elements that are words. As little-endian numbers they are read in one load. */
export function liftWord(at: usize, out: usize): usize {
  if (byteAt(at) === MINUS) {
    if (!isInfinity(at + 1)) return fail(at + 1);
    mark(NON_FINITE);
    store<f64>(out, -Infinity);
    return at + 9;
  }
  const word = load<u32>(at);
  if (word === 0x65757274) {
    mark(BOOLEAN);
    store<f64>(out, 1);
    return at + 4; // true
  }
  if (word === 0x736c6166 && byteAt(at + 4) === 0x65) {
    mark(BOOLEAN);
    store<f64>(out, 0);
    return at + 5; // false
  }
  if (word === 0x6c6c756e) {
    mark(NULL);
    store<f64>(out, NaN);
    return at + 4; // null
  }
  if ((word & 0xffffff) === 0x4e614e) {
    mark(NON_FINITE);
    store<f64>(out, NaN);
    return at + 3; // NaN
  }
  if (isInfinity(at)) {
    mark(NON_FINITE);
    store<f64>(out, Infinity);
    return at + 8;
  }
  return byteAt(at) === QUOTE || byteAt(at) === OPEN_OBJECT ? NOT_NUMBERS : fail(at);
}

function isInfinity(at: usize): bool {
  return load<u32>(at) === 0x69666e49 && load<u32>(at, 4) === 0x7974696e;
}

const word: usize = memory.data(8, 8);

export function liftWordAsSingle(at: usize, out: usize): usize {
  const end = liftWord(at, word);
  store<f32>(out, load<f64>(word) as f32);
  return end;
}
