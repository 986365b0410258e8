// The arena behind the text: one record after the other, a record for each array of numbers.
//
//   +0  u32  address of the array's opening bracket
//   +4  u32  address after its closing bracket
//   +8  u32  count of elements
//   +12 u32  rank: how deep the elements lie
//   +16 u32  marks
//   +24 f64  least finite element
//   +32 f64  greatest finite element
//   +40 f64  the elements, or f32 when singles are wanted
//   ... u32  the lengths of the arrays by depth, padded to 8 bytes

export const HEADER: usize = 40;

/** Marks; the host knows these bits as well. */
export const RAGGED: u32 = 1;
export const FRACTION: u32 = 2;
export const ROUNDED_INTEGER: u32 = 4;
export const OVERFLOW: u32 = 8;
export const NON_FINITE: u32 = 16;
export const BOOLEAN: u32 = 32;
export const NULL: u32 = 64;

let marks: u32 = 0;

export function resetMarks(): void {
  marks = 0;
}

export function mark(bit: u32): void {
  marks |= bit;
}

export function marksSoFar(): u32 {
  return marks;
}

let top: usize = 0;
let capacity: usize = 0;

/** Where the next record begins. */
export function arenaTop(): usize {
  return top;
}

export function setArenaTop(address: usize): void {
  top = address;
}

/** Makes room for `bytes` from `address` on; false when the memory may not grow any more. */
export function reserve(address: usize, bytes: usize): bool {
  if (address + bytes <= capacity) return true;
  const used = (memory.size() as usize) << 16;
  if (address + bytes > used) {
    const missing = (address + bytes - used + 0xffff) >>> 16;
    // In big steps, since every growth costs the host a system call; if that is refused, what is due.
    const generous = max(missing, used >>> 17);
    if (memory.grow(generous as i32) < 0 && memory.grow(missing as i32) < 0) return false;
  }
  capacity = (memory.size() as usize) << 16;
  return true;
}

/** Least and greatest finite element into the header, and the mark for a fraction. */
export function summarize(record: usize, count: u32): void {
  const infinity = f64x2.splat(Infinity);
  let least = infinity;
  let greatest = f64x2.splat(-Infinity);
  let whole = i64x2.splat(-1);
  const values = record + HEADER;
  for (let i: u32 = 0; i < count; i += 2) {
    const address = values + ((i as usize) << 3);
    const pair = i + 1 < count ? v128.load(address) : v128.load64_splat(address);
    const finite = f64x2.lt(f64x2.abs(pair), infinity);
    least = f64x2.pmin(least, v128.bitselect(pair, least, finite));
    greatest = f64x2.pmax(greatest, v128.bitselect(pair, greatest, finite));
    whole = v128.and(whole, v128.and(finite, f64x2.eq(f64x2.trunc(pair), pair)));
  }
  if (!i64x2.all_true(whole)) mark(FRACTION);
  store<f64>(record, min(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1)), 24);
  store<f64>(record, max(f64x2.extract_lane(greatest, 0), f64x2.extract_lane(greatest, 1)), 32);
}

/** Of singles nobody asks that: they are not proven whole, and there is no least and greatest. */
export function summarizeNothing(record: usize): void {
  mark(FRACTION);
  store<f64>(record, Infinity, 24);
  store<f64>(record, -Infinity, 32);
}
