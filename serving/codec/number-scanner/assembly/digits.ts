// Sixteen digits at a time. The vector constants lie in memory because V8 would otherwise build each
// of them anew, in three instructions, wherever it is used.

const zeros: usize = memory.data<u8>(
  [48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48],
  16,
);
const nines: usize = memory.data<u8>([9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9], 16);
const lowBytes: usize = memory.data<u16>([255, 255, 255, 255, 255, 255, 255, 255], 16);
const tens: usize = memory.data<u16>([10, 10, 10, 10, 10, 10, 10, 10], 16);
const hundreds: usize = memory.data<u16>([100, 1, 100, 1, 100, 1, 100, 1], 16);
const myriads: usize = memory.data<u16>([10000, 1, 10000, 1, 10000, 1, 10000, 1], 16);

/** Index vectors that move the first n of 16 bytes to the end and put zeros before them. */
const rightAlign: usize = memory.data<u8>([
  128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 0, 1, 2, 3, 4, 5,
  6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
]);

/** Sixteen bytes of text less '0' each: digits are below 10. */
export function loadDigits(at: usize): v128 {
  return v128.sub<u8>(v128.load(at), v128.load(zeros));
}

/** How many of the sixteen are digits before the first that is not. */
export function countDigits(digits: v128): u32 {
  const areDigits = v128.eq<u8>(v128.min<u8>(digits, v128.load(nines)), digits);
  return ctz(v128.bitmask<i8>(areDigits) ^ 0x1ffff);
}

/** The integer that the first `count` digits spell. */
export function joinDigits(digits: v128, count: u32): u64 {
  return joinSixteen(v128.swizzle(digits, v128.load(rightAlign + count)));
}

/** The integer that all sixteen spell: neighbours are joined in pairs, four times. */
export function joinSixteen(digits: v128): u64 {
  const pairs = v128.add<i16>(
    v128.mul<i16>(v128.and(digits, v128.load(lowBytes)), v128.load(tens)),
    v128.shr<u16>(digits, 8),
  );
  const fours = v128.dot<i16>(pairs, v128.load(hundreds));
  const eights = v128.dot<i16>(v128.narrow<i32>(fours, fours), v128.load(myriads));
  const halves = v128.extract_lane<i64>(eights, 0) as u64;
  return (halves & 0xffffffff) * 100000000 + (halves >> 32);
}

/** Four bytes of text less '0' each, for `countFour` and `joinFour`. */
export function loadFour(at: usize): u32 {
  return load<u32>(at) ^ 0x30303030;
}

/** How many of the four are digits before the first that is not, without a branch. */
export function countFour(digits: u32): u32 {
  return ctz(((digits + 0x76767676) | digits) & 0x80808080) >>> 3;
}

/** The integer that the first `count` of the four spell, where there are three at most. */
export function joinFour(digits: u32, count: u32): u32 {
  const aligned = (((digits as u64) << 32) >> (count << 3)) as u32;
  const pairs = aligned * 10 + (aligned >>> 8);
  return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff);
}
