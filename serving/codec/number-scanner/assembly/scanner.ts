import { GREATEST_POWER, LEAST_POWER, powersOfFive } from './decimal';
import { liftedCount, liftNumbers, MAX_DEPTH, resetLifted } from './lift';
import { skipNumber } from './number';
import { reserve, setArenaTop } from './record';
import { scanString, spells } from './string';
import {
  byteAt,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  fail,
  failure,
  failureAddress,
  isDigit,
  MINUS,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  resetFailure,
  skipBlanks,
  TOO_DEEP,
} from './text';
import { NOT_NUMBERS } from './word';

export { GREATEST_POWER, LEAST_POWER, liftedCount, MAX_DEPTH, powersOfFive };

// What a value is to the request decides whether its arrays of numbers are lifted.
const ANY: u32 = 0;
const REQUEST: u32 = 1;
const INPUTS: u32 = 2;
const INPUT: u32 = 3;
const DATA: u32 = 4;

const inputsWord: usize = memory.data<u8>([0x69, 0x6e, 0x70, 0x75, 0x74, 0x73]);
const dataWord: usize = memory.data<u8>([0x64, 0x61, 0x74, 0x61]);

/** Zero bytes after the text: one vector load beyond its end, and the number routine's second. */
const PADDING: usize = 48;

const text: usize = (__heap_base + 15) & ~15;
let records: usize = 0;

/** Where the host must write a text of so many bytes; 0 when there is no memory for it. */
export function prepare(length: usize): usize {
  return reserve(text, length + PADDING) ? text : 0;
}

export function firstRecord(): usize {
  return records;
}

/** How many bytes were fine before the one that is not. */
export function failedOffset(): usize {
  return failureAddress() - text;
}

/** Reads the prepared text, and its tensors as singles or doubles: VALID, or the problem. */
export function scan(length: usize, singles: bool): i32 {
  const end = text + length;
  memory.fill(end, 0, PADDING);
  records = (end + PADDING + 7) & ~7;
  setArenaTop(records);
  resetLifted(singles);
  resetFailure();
  let at = skipBlanks(skipByteOrderMark(text));
  at = scanValue(at, 1, REQUEST);
  if (!at) return failure();
  at = skipBlanks(at);
  if (at !== end) fail(at);
  return failure();
}

/** A text decoder drops this mark at the front, so bodies that carry it have always been taken. */
function skipByteOrderMark(at: usize): usize {
  return (load<u32>(at) & 0xffffff) === 0xbfbbef ? at + 3 : at;
}

function scanValue(at: usize, depth: i32, role: u32): usize {
  const byte = byteAt(at);
  if (byte === QUOTE) return scanString(at);
  if (byte === OPEN_OBJECT) return scanObject(at, depth, role);
  if (byte === OPEN_ARRAY) return scanArray(at, depth, role);
  if (isDigit(byte) || byte === MINUS) return skipNumber(at);
  const word = load<u32>(at);
  if (word === 0x65757274 || word === 0x6c6c756e) return at + 4; // true, null
  if (word === 0x736c6166 && byteAt(at + 4) === 0x65) return at + 5; // false
  return fail(at);
}

function scanObject(at: usize, depth: i32, role: u32): usize {
  if (depth > MAX_DEPTH) return fail(at, TOO_DEEP);
  at = skipBlanks(at + 1);
  if (byteAt(at) === CLOSE_OBJECT) return at + 1;
  while (true) {
    const key = at + 1;
    at = scanString(at);
    if (!at) return 0;
    at = skipBlanks(at);
    if (byteAt(at) !== COLON) return fail(at);
    at = scanValue(skipBlanks(at + 1), depth + 1, roleOfMember(role, key));
    if (!at) return 0;
    at = skipBlanks(at);
    if (byteAt(at) === CLOSE_OBJECT) return at + 1;
    if (byteAt(at) !== COMMA) return fail(at);
    at = skipBlanks(at + 1);
  }
}

function roleOfMember(object: u32, key: usize): u32 {
  if (object === REQUEST) return spells(key, inputsWord, 6) ? INPUTS : ANY;
  if (object === INPUT) return spells(key, dataWord, 4) ? DATA : ANY;
  return ANY;
}

function scanArray(at: usize, depth: i32, role: u32): usize {
  if (role === DATA) {
    const end = liftNumbers(at, depth);
    if (end !== NOT_NUMBERS) return end;
  }
  if (depth > MAX_DEPTH) return fail(at, TOO_DEEP);
  const elementRole = role === INPUTS ? INPUT : ANY;
  at = skipBlanks(at + 1);
  if (byteAt(at) === CLOSE_ARRAY) return at + 1;
  while (true) {
    at = scanValue(at, depth + 1, elementRole);
    if (!at) return 0;
    at = skipBlanks(at);
    if (byteAt(at) === CLOSE_ARRAY) return at + 1;
    if (byteAt(at) !== COMMA) return fail(at);
    at = skipBlanks(at + 1);
  }
}
