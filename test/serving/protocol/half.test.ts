import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactHalf, halfToNumber, nearestHalf } from '../../../serving/protocol/half.ts';

describe.each(['FP16', 'BF16'] as const)('%s', (datatype) => {
  it('widens every one of its values and finds the same bits again', () => {
    for (let bits = 0; bits <= 0xffff; bits += 1) {
      const value = halfToNumber(datatype, bits);
      if (!Number.isNaN(value)) expect(exactHalf(datatype, value)).toBe(bits);
    }
  });

  it('takes no value but its own as exact', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const bits = exactHalf(datatype, value);
        if (bits !== undefined) expect(halfToNumber(datatype, bits)).toBe(value);
      }),
    );
  });

  it('rounds to the nearest value, and a NaN to a NaN', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 0x7bfe }),
        fc.double({ min: 0.01, max: 0.49, noNaN: true }),
        (bits, part) => {
          const [low, high] = [halfToNumber(datatype, bits), halfToNumber(datatype, bits + 1)];
          expect(nearestHalf(datatype, low + (high - low) * part)).toBe(bits);
        },
      ),
    );
    expect(halfToNumber(datatype, nearestHalf(datatype, Number.NaN))).toBeNaN();
  });
});
