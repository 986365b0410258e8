import { BACKSLASH, byteAt, fail, isDigit, QUOTE } from './text';

/** A string, from its opening quote. */
export function scanString(at: usize): usize {
  if (byteAt(at) !== QUOTE) return fail(at);
  at++;
  while (true) {
    at = skipPlain(at);
    const byte = byteAt(at);
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at = scanEscape(at);
    else if (byte >= 0x80) at = scanMultibyte(at);
    else return fail(at); // control characters, the end of the text among them
    if (!at) return 0;
  }
}

/** Steps over bytes that stand for themselves, sixteen at a time. */
function skipPlain(at: usize): usize {
  while (true) {
    const bytes = v128.load(at);
    const special = v128.or(
      v128.or(
        v128.eq<u8>(bytes, v128.splat<u8>(QUOTE as u8)),
        v128.eq<u8>(bytes, v128.splat<u8>(BACKSLASH as u8)),
      ),
      // As signed bytes, control characters and everything from 0x80 up are below a space.
      v128.lt<i8>(bytes, v128.splat<i8>(0x20)),
    );
    const mask = v128.bitmask<i8>(special);
    if (mask !== 0) return at + ctz(mask);
    at += 16;
  }
}

function scanEscape(at: usize): usize {
  switch (byteAt(at + 1)) {
    case 0x22: // "
    case 0x2f: // /
    case 0x5c: // \
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 2;
    case 0x75: // u
      for (let i: usize = 2; i < 6; i++) {
        if (hexDigit(byteAt(at + i)) > 15) return fail(at + i);
      }
      return at + 6;
    default:
      return fail(at + 1);
  }
}

/** The value of a hexadecimal digit; more than 15 for any other byte. */
function hexDigit(byte: u32): u32 {
  if (isDigit(byte)) return byte - 0x30;
  const letter = (byte | 0x20) - 0x61;
  return letter < 6 ? letter + 10 : 16;
}

/** One character of two to four bytes, by the table of well-formed sequences in the UTF-8 standard. */
function scanMultibyte(at: usize): usize {
  const lead = byteAt(at);
  const second = byteAt(at + 1);
  if (lead < 0xc2 || lead > 0xf4) return fail(at);
  if (lead < 0xe0) return within(second, 0x80, 0xbf) ? at + 2 : fail(at);
  if (lead < 0xf0) {
    // No overlong forms, no surrogates.
    const low: u32 = lead === 0xe0 ? 0xa0 : 0x80;
    const high: u32 = lead === 0xed ? 0x9f : 0xbf;
    if (!within(second, low, high)) return fail(at);
    return within(byteAt(at + 2), 0x80, 0xbf) ? at + 3 : fail(at);
  }
  // No overlong forms, nothing above U+10FFFF.
  const low: u32 = lead === 0xf0 ? 0x90 : 0x80;
  const high: u32 = lead === 0xf4 ? 0x8f : 0xbf;
  if (!within(second, low, high) || !within(byteAt(at + 2), 0x80, 0xbf)) return fail(at);
  return within(byteAt(at + 3), 0x80, 0xbf) ? at + 4 : fail(at);
}

function within(byte: u32, low: u32, high: u32): bool {
  return byte >= low && byte <= high;
}

/**
 * Whether the string between two quotes, already found valid, spells this word of ASCII letters.
 * Escapes count: a key may be written "d\u0061ta".
 */
export function spells(at: usize, word: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    let byte = byteAt(at);
    if (byte === BACKSLASH && byteAt(at + 1) === 0x75) {
      byte = 0;
      for (let digit: usize = 2; digit < 6; digit++) {
        byte = (byte << 4) | hexDigit(byteAt(at + digit));
      }
      at += 6;
    } else {
      at++;
    }
    if (byte !== load<u8>(word + i)) return false;
  }
  return byteAt(at) === QUOTE;
}
