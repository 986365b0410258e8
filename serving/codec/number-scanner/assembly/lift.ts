import { scanNumber } from './number';
import {
  arenaTop,
  HEADER,
  mark,
  marksSoFar,
  RAGGED,
  reserve,
  resetMarks,
  setArenaTop,
  summarize,
  summarizeNothing,
} from './record';
import { scanSingle, scanZeros } from './single';
import {
  byteAt,
  CLOSE_ARRAY,
  COMMA,
  fail,
  isDigit,
  MINUS,
  OPEN_ARRAY,
  OUT_OF_MEMORY,
  skipBlanks,
  TOO_DEEP,
} from './text';
import { liftWord, liftWordAsSingle, NOT_NUMBERS } from './word';

/** Three levels around the tensor's data (request, list of inputs, input), and 100 of nested data. */
export const MAX_DEPTH: i32 = 103;

/** For each depth: elements seen in the array that is open, and the length of those closed. */
const counts: usize = memory.data(4 * 128, 4);
const lengths: usize = memory.data(4 * 128, 4);
const UNKNOWN: u32 = 0xffffffff;

let liftedArrays: u32 = 0;

/** Whether elements become singles, and the power of two that an element's bytes are. */
let asSingles: bool = false;
let elementShift: usize = 3;

export function resetLifted(singles: bool): void {
  liftedArrays = 0;
  asSingles = singles;
  elementShift = singles ? 2 : 3;
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
      at = asSingles ? liftSingles(at, out) : liftDoubles(at, out);
      if (at <= NOT_NUMBERS) {
        setArenaTop(record);
        return at;
      }
      const end = arenaTop();
      const counter = counts + (level << 2);
      store<u32>(counter, load<u32>(counter) + (((end - out) >>> elementShift) as u32));
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
  const count = ((valuesEnd - record - HEADER) >>> elementShift) as u32;
  if (asSingles) summarizeNothing(record);
  else summarize(record, count);
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
function liftDoubles(at: usize, out: usize): usize {
  while (true) {
    if (!reserve(out, 8)) return fail(at, OUT_OF_MEMORY);
    at = startsNumber(at) ? scanNumber(at, out) : liftWord(at, out);
    if (at <= NOT_NUMBERS) return at;
    out += 8;
    const next = nextElement(at);
    if (!next) break;
    at = next;
  }
  setArenaTop(out);
  return skipBlanks(at);
}

/** The same, as singles. */
function liftSingles(at: usize, out: usize): usize {
  while (true) {
    if (!reserve(out, 32)) return fail(at, OUT_OF_MEMORY);
    if (load<u16>(at) === ZERO_AND_COMMA) {
      const zeros = scanZeros(at, out);
      at += (zeros << 1) - 1;
      out += zeros << 2;
    } else {
      at = startsNumber(at) ? scanSingle(at, out) : liftWordAsSingle(at, out);
      if (at <= NOT_NUMBERS) return at;
      out += 4;
    }
    const next = nextElement(at);
    if (!next) break;
    at = next;
  }
  setArenaTop(out);
  return skipBlanks(at);
}

const ZERO_AND_COMMA: u32 = 0x2c30;

/** From one element to the next; 0 when a bracket is between them, or no comma. */
function nextElement(at: usize): usize {
  const pair = load<u16>(at) as u32;
  // Mostly a comma, and the sign or first digit of a number.
  if ((pair & 0xff) === COMMA && (pair >> 8) - MINUS <= 12) return at + 1;
  return skipToElement(at);
}

function skipToElement(at: usize): usize {
  if (byteAt(at) <= 0x20) at = skipBlanks(at);
  if (byteAt(at) !== COMMA) return 0;
  at++;
  if (byteAt(at) <= 0x20) at = skipBlanks(at);
  return byteAt(at) === OPEN_ARRAY ? 0 : at;
}

function startsNumber(at: usize): bool {
  return isDigit(byteAt(at + ((byteAt(at) === MINUS) as usize)));
}
