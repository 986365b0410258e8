import { GREATEST_POWER, LEAST_POWER, powersOfFive } from './decimal';
import { scanNumber, skipNumber } from './number';
import { marksSoFar, reserve, resetMarks } from './record';
import { scanSingle, scanZeros } from './single';
import { scanString } from './string';
import { byteAt, COMMA, isDigit, MINUS, QUOTE } from './text';

export { GREATEST_POWER, LEAST_POWER, powersOfFive };

// A record is read by steps, four words each. Whatever differs from them, by a single byte, is left
// to the host: the record does not count.
//
//   LITERAL  address, length             these very bytes
//   DOUBLES  count, address, stride      so many numbers with commas between them; the doubles of the
//                                        n-th record that counts go to address + n * stride
//   SINGLES  count, address, stride      the same, narrowed to single floats, which they must fit
//   SCALAR   address, stride             a string, a number, true, false or null; where it begins and
//                                        ends goes there, as offsets
//   STRING   address, stride             the same, of a string alone
//
// With address 0 nobody asks where it is. The host knows these numbers as well.
// SINGLES is 3.
const LITERAL: u32 = 0;
const DOUBLES: u32 = 1;
const SCALAR: u32 = 2;
const STRING: u32 = 4;

const STEP: usize = 16;

const memoryStart: usize = (__heap_base + 15) & ~15;

/** Where the host may use so many bytes; 0 when there is no memory for them. */
export function room(bytes: usize): usize {
  return reserve(memoryStart, bytes) ? memoryStart : 0;
}

/**
 * Reads the records of a text; `starts` and `ends` are their offsets in it. Gives how many count, and
 * their indices at `matched`. Marks that are not in `allowedMarks` make a record not count.
 */
export function scanRecords(
  steps: usize,
  stepsEnd: usize,
  text: usize,
  starts: usize,
  ends: usize,
  records: u32,
  matched: usize,
  allowedMarks: u32,
): u32 {
  let rows: u32 = 0;
  for (let record: u32 = 0; record < records; record++) {
    const at = text + load<u32>(starts + (record << 2));
    const end = text + load<u32>(ends + (record << 2));
    resetMarks();
    if (scanRecord(steps, stepsEnd, text, at, rows) !== end) continue;
    if ((marksSoFar() & ~allowedMarks) !== 0) continue;
    store<u32>(matched + (rows << 2), record);
    rows++;
  }
  return rows;
}

/** Gives the address behind the record, or 0 when it does not match. */
function scanRecord(steps: usize, stepsEnd: usize, text: usize, at: usize, row: u32): usize {
  for (let step = steps; step < stepsEnd; step += STEP) {
    const kind = load<u32>(step);
    const first = load<u32>(step, 4);
    const second = load<u32>(step, 8);
    if (kind === LITERAL) {
      if (!isEqual(at, first, second)) return 0;
      at += second;
    } else if (kind === SCALAR || kind === STRING) {
      const start = at;
      at = kind === STRING ? scanString(at) : scanScalar(at);
      if (!at) return 0;
      if (first !== 0) {
        const span = first + row * second;
        store<u32>(span, (start - text) as u32);
        store<u32>(span, (at - text) as u32, 4);
      }
    } else {
      const out = second + row * load<u32>(step, 12);
      at = kind === DOUBLES ? scanDoubles(at, first, out) : scanSingles(at, first, out);
      if (!at) return 0;
    }
  }
  return at;
}

/** Bytes behind the text are there to be loaded, so that eight at a time may reach beyond it. */
function isEqual(at: usize, literal: usize, length: u32): bool {
  let left = length;
  while (left >= 8) {
    if (load<u64>(at) !== load<u64>(literal)) return false;
    at += 8;
    literal += 8;
    left -= 8;
  }
  if (left === 0) return true;
  return (load<u64>(at) ^ load<u64>(literal)) << (64 - (left << 3)) === 0;
}

function scanDoubles(at: usize, count: u32, out: usize): usize {
  let left = count;
  while (true) {
    at = startsNumber(at) ? scanNumber(at, out) : 0;
    if (!at || --left === 0) return at;
    at = skipComma(at);
    if (!at) return 0;
    out += 8;
  }
}

function scanSingles(at: usize, count: u32, out: usize): usize {
  let left = count;
  while (true) {
    for (let zeros: u32 = 8; zeros === 8 && left > 8; left -= zeros) {
      zeros = scanZeros(at, out);
      at += zeros << 1;
      out += zeros << 2;
    }
    at = startsNumber(at) ? scanSingle(at, out) : 0;
    if (!at || --left === 0) return at;
    at = skipComma(at);
    if (!at) return 0;
    out += 4;
  }
}

function startsNumber(at: usize): bool {
  return isDigit(byteAt(at + ((byteAt(at) === MINUS) as usize)));
}

/** From one number to the next; 0 when no comma is between them. */
function skipComma(at: usize): usize {
  if (byteAt(at) <= 0x20) at = skipSpaces(at);
  if (byteAt(at) !== COMMA) return 0;
  at++;
  return byteAt(at) <= 0x20 ? skipSpaces(at) : at;
}

/** The blanks that do not end a line. */
function skipSpaces(at: usize): usize {
  while (byteAt(at) === 0x20 || byteAt(at) === 0x09) at++;
  return at;
}

function scanScalar(at: usize): usize {
  const byte = byteAt(at);
  if (byte === QUOTE) return scanString(at);
  if (isDigit(byte) || byte === MINUS) return skipNumber(at);
  const word = load<u32>(at);
  if (word === 0x65757274 || word === 0x6c6c756e) return at + 4; // true, null
  return word === 0x736c6166 && byteAt(at + 4) === 0x65 ? at + 5 : 0; // false
}
