// The text under the scan. Every function of the scanner takes the address of the byte it looks at
// and returns the address of the first byte it did not consume, or 0 when the text is wrong there.
// Zero bytes follow the text. No rule of the grammar accepts one, so none reads past the end.

export const QUOTE: u32 = 0x22;
export const COMMA: u32 = 0x2c;
export const MINUS: u32 = 0x2d;
export const PLUS: u32 = 0x2b;
export const POINT: u32 = 0x2e;
export const ZERO: u32 = 0x30;
export const COLON: u32 = 0x3a;
export const OPEN_ARRAY: u32 = 0x5b;
export const BACKSLASH: u32 = 0x5c;
export const CLOSE_ARRAY: u32 = 0x5d;
export const OPEN_OBJECT: u32 = 0x7b;
export const CLOSE_OBJECT: u32 = 0x7d;

/** What `scan` answers; the host knows these numbers as well. */
export const VALID: i32 = 0;
export const SYNTAX: i32 = 1;
export const TOO_DEEP: i32 = 2;
export const OUT_OF_MEMORY: i32 = 3;

let problem: i32 = VALID;
let failedAt: usize = 0;

export function resetFailure(): void {
  problem = VALID;
  failedAt = 0;
}

/** Ends the scan: every caller hands the 0 on. */
export function fail(at: usize, why: i32 = SYNTAX): usize {
  problem = why;
  failedAt = at;
  return 0;
}

export function failure(): i32 {
  return problem;
}

export function failureAddress(): usize {
  return failedAt;
}

export function byteAt(at: usize): u32 {
  return load<u8>(at);
}

export function isDigit(byte: u32): bool {
  return byte - ZERO < 10;
}

/** JSON knows four blanks: space, line feed, carriage return and tab. */
export function skipBlanks(at: usize): usize {
  let byte = byteAt(at);
  while (byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)) {
    byte = byteAt(++at);
  }
  return at;
}
