import { scanNumber } from './number';
import {
  arenaTop,
  BOOLEAN,
  HEADER,
  mark,
  marksSoFar,
  NON_FINITE,
  NULL,
  RAGGED,
  reserve,
  resetMarks,
  setArenaTop,
  summarize,
} from './record';
import {
  byteAt,
  CLOSE_ARRAY,
  COMMA,
  fail,
  MINUS,
  OPEN_ARRAY,
  OPEN_OBJECT,
  OUT_OF_MEMORY,
  QUOTE,
  skipBlanks,
  TOO_DEEP,
} from './text';

/** Three levels around the tensor's data (request, list of inputs, input), and 100 of nested data. */
export const MAX_DEPTH: i32 = 103;

/** The array holds a string, an object, or no element at all: it stays in the text. No address is 1. */
export const NOT_NUMBERS: usize = 1;

/** For each depth: elements seen in the array that is open, and the length of those closed. */
const counts: usize = memory.data(4 * 128, 4);
const lengths: usize = memory.data(4 * 128, 4);
const UNKNOWN: u32 = 0xffffffff;

let liftedArrays: u32 = 0;

export function resetLifted(): void {
  liftedArrays = 0;
}

export function liftedCount(): u32 {
  return liftedArrays;
}

/** An array, nested or not, of numbers only: its elements go to a new record. */
export function liftNumbers(start: usize, depth: i32): usize {
  const record = arenaTop();
  if (!reserve(record, HEADER)) return fail(start, OUT_OF_MEMORY);
  resetMarks();
  let out = record + HEADER;
  let at = start;
  let level: u32 = 0;
  let deepest: u32 = 0;
  let leaf: u32 = 0;
  while (true) {
    if (byteAt(at) === OPEN_ARRAY) {
      if (depth + (level as i32) > MAX_DEPTH) return fail(at, TOO_DEEP);
      store<u32>(counts + (++level << 2), 0);
      if (level > deepest) {
        deepest = level;
        store<u32>(lengths + (level << 2), UNKNOWN);
      }
      at = skipBlanks(at + 1);
      if (byteAt(at) !== CLOSE_ARRAY) continue;
    } else {
      at = liftRun(at, out);
      if (at <= NOT_NUMBERS) {
        setArenaTop(record);
        return at;
      }
      const end = arenaTop();
      const counter = counts + (level << 2);
      store<u32>(counter, load<u32>(counter) + (((end - out) >>> 3) as u32));
      if (leaf === 0) leaf = level;
      if (leaf !== level) mark(RAGGED);
      out = end;
    }
    while (byteAt(at) === CLOSE_ARRAY) {
      closeLevel(level);
      if (--level === 0) return finish(record, start, at + 1, out, deepest, leaf);
      at = skipBlanks(at + 1);
    }
    if (byteAt(at) !== COMMA) return fail(at);
    at = skipBlanks(at + 1);
  }
}

function finish(
  record: usize,
  start: usize,
  end: usize,
  valuesEnd: usize,
  deepest: u32,
  leaf: u32,
): usize {
  setArenaTop(record);
  if (leaf === 0) return NOT_NUMBERS;
  if (leaf !== deepest) mark(RAGGED);
  const top = (valuesEnd + (leaf << 2) + 7) & ~7;
  if (!reserve(valuesEnd, top - valuesEnd)) return fail(start, OUT_OF_MEMORY);
  const count = ((valuesEnd - record - HEADER) >>> 3) as u32;
  summarize(record, count);
  store<u32>(record, start as u32);
  store<u32>(record, end as u32, 4);
  store<u32>(record, count, 8);
  store<u32>(record, leaf, 12);
  store<u32>(record, marksSoFar(), 16);
  memory.copy(valuesEnd, lengths + 4, leaf << 2);
  setArenaTop(top);
  liftedArrays++;
  return end;
}

/** Arrays at one depth must have one length. */
function closeLevel(level: u32): void {
  const count = load<u32>(counts + (level << 2));
  const known = lengths + (level << 2);
  if (load<u32>(known) === UNKNOWN) store<u32>(known, count);
  else if (load<u32>(known) !== count) mark(RAGGED);
  if (level > 1) {
    const parent = counts + ((level - 1) << 2);
    store<u32>(parent, load<u32>(parent) + 1);
  }
}

/** Elements with commas between them, up to a bracket. The arena's top is after the last one. */
function liftRun(at: usize, out: usize): usize {
  while (true) {
    if (!reserve(out, 8)) return fail(at, OUT_OF_MEMORY);
    at = liftElement(at, out);
    if (at <= NOT_NUMBERS) return at;
    out += 8;
    if (byteAt(at) <= 0x20) at = skipBlanks(at);
    if (byteAt(at) !== COMMA) break;
    let next = at + 1;
    if (byteAt(next) <= 0x20) next = skipBlanks(next);
    if (byteAt(next) === OPEN_ARRAY) break;
    at = next;
  }
  setArenaTop(out);
  return at;
}

function liftElement(at: usize, out: usize): usize {
  const first = byteAt(at + ((byteAt(at) === MINUS) as usize));
  return first - 0x30 < 10 ? scanNumber(at, out) : liftWord(at, out);
}

/** The elements that are words. As little-endian numbers they are read in one load. */
function liftWord(at: usize, out: usize): usize {
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
