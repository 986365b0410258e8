import {
  GREATEST_POWER,
  LEAST_POWER,
  LONGEST,
  powersOfTen,
  printFloat,
  printRows,
  room,
} from './print';

export { GREATEST_POWER, LEAST_POWER, LONGEST, powersOfTen, printRows, room };

// A line is printed by steps, four words each. The host knows these numbers as well.
//
//   LITERAL  address, length            these bytes
//   TEXTS    address, ends              the row's own bytes; `ends` has where each row's end, as offsets
//   FLOATS   address, count, stride     so many single floats with commas between them; those of the
//                                       n-th row are at address + n * stride
//   WHOLES   address                    a double without a fraction that 53 bits hold, one a row
//   LONGS    address                    a signed integer of 64 bits, one a row
//
// LONGS is 4.
const LITERAL: u32 = 0;
const TEXTS: u32 = 1;
const FLOATS: u32 = 2;
const WHOLES: u32 = 3;

const STEP: usize = 16;

/** Prints the rows at `out` and gives the address behind them. Eight bytes more may be written to. */
export function printLines(steps: usize, stepsEnd: usize, rows: u32, out: usize): usize {
  let at = out;
  for (let row: u32 = 0; row < rows; row++) {
    for (let step = steps; step < stepsEnd; step += STEP) {
      const address = load<u32>(step, 4) as usize;
      const second = load<u32>(step, 8);
      switch (load<u32>(step)) {
        case LITERAL:
          at = copy(address, second, at);
          break;
        case TEXTS: {
          const end = (second as usize) + (row << 2);
          const from: u32 = row === 0 ? 0 : load<u32>(end - 4);
          at = copy(address + from, load<u32>(end) - from, at);
          break;
        }
        case FLOATS:
          at = printFloats(address + row * load<u32>(step, 12), second, at);
          break;
        case WHOLES:
          at = printWhole(load<f64>(address + (row << 3)) as i64, at);
          break;
        default:
          at = printWhole(load<i64>(address + (row << 3)), at);
      }
    }
  }
  return at;
}

/** Eight bytes at a time; what is too much is written over by what follows. */
function copy(from: usize, length: u32, to: usize): usize {
  for (let done: u32 = 0; done < length; done += 8) store<u64>(to + done, load<u64>(from + done));
  return to + length;
}

function printFloats(values: usize, count: u32, at: usize): usize {
  for (let index: u32 = 0; index < count; index++) {
    if (index > 0) store<u8>(at++, 0x2c);
    at = printFloat(load<u32>(values + (index << 2)), at);
  }
  return at;
}

function printWhole(value: i64, at: usize): usize {
  let rest = value as u64;
  if (value < 0) {
    store<u8>(at++, 0x2d);
    rest = 0 - rest;
  }
  let count: u32 = 1;
  for (let left = rest; left >= 10; left /= 10) count++;
  for (let place = count; place > 0; place--) {
    store<u8>(at + place - 1, 0x30 + (rest % 10));
    rest /= 10;
  }
  return at + count;
}
