import { GREATEST_POWER, LEAST_POWER, powersOfFive } from './decimal';
import { scanNumber, skipNumber } from './number';
import { marksSoFar, reserve, resetMarks } from './record';
import { scanString } from './string';
import { byteAt, COMMA, isDigit, MINUS, QUOTE } from './text';

export { GREATEST_POWER, LEAST_POWER, powersOfFive };

// A record is read by steps, four words each. Whatever differs from them, by a single byte, is left
// to the host: the record does not count.
//
//   LITERAL  address, length             these very bytes
//   NUMBERS  count, address, stride      so many numbers with commas between them; the doubles of the
//                                        n-th record that counts go to address + n * stride
//   SCALAR   address, stride             a string, a number, true, false or null; where it begins and
//   CELL     address, stride             ends goes there, as offsets; of CSV: up to a comma, no quote
//
// With address 0 nobody asks where it is. The host knows these numbers as well.
const LITERAL: u32 = 0;
const NUMBERS: u32 = 1;
const SCALAR: u32 = 2;
const CELL: u32 = 3;

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
    if (!scanRecord(steps, stepsEnd, text, at, end, rows)) continue;
    if ((marksSoFar() & ~allowedMarks) !== 0) continue;
    store<u32>(matched + (rows << 2), record);
    rows++;
  }
  return rows;
}

function scanRecord(
  steps: usize,
  stepsEnd: usize,
  text: usize,
  at: usize,
  end: usize,
  row: u32,
): bool {
  for (let step = steps; step < stepsEnd; step += STEP) {
    const kind = load<u32>(step);
    const first = load<u32>(step, 4);
    const second = load<u32>(step, 8);
    if (kind === LITERAL) {
      if (!isEqual(at, first, second)) return false;
      at += second;
    } else if (kind === NUMBERS) {
      at = scanNumbers(at, first, second + row * load<u32>(step, 12));
      if (!at) return false;
    } else {
      const start = at;
      at = kind === SCALAR ? scanScalar(at) : kind === CELL ? scanCell(at, end) : 0;
      if (!at) return false;
      if (first !== 0) {
        const span = first + row * second;
        store<u32>(span, (start - text) as u32);
        store<u32>(span, (at - text) as u32, 4);
      }
    }
  }
  return at === end;
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

function scanNumbers(at: usize, count: u32, out: usize): usize {
  let left = count;
  while (true) {
    if (!isDigit(byteAt(at + ((byteAt(at) === MINUS) as usize)))) return 0;
    at = scanNumber(at, out);
    if (!at || --left === 0) return at;
    out += 8;
    if (byteAt(at) <= 0x20) at = skipSpaces(at);
    if (byteAt(at) !== COMMA) return 0;
    at++;
    if (byteAt(at) <= 0x20) at = skipSpaces(at);
  }
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

function scanCell(at: usize, end: usize): usize {
  for (; at < end; at++) {
    const byte = byteAt(at);
    if (byte === COMMA) break;
    if (byte === QUOTE) return 0;
  }
  return at;
}
