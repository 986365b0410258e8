import { describe, expect, it } from 'vitest';
import { leadingBitsOfPowerOfFive } from '../../../../serving/codec/number-scanner/powers-of-five.ts';

describe('The powers of five that decimal conversion multiplies by', () => {
  it('are exact where 128 bits hold them', () => {
    expect(leadingBitsOfPowerOfFive(0)).toBe(1n << 127n);
    expect(leadingBitsOfPowerOfFive(1)).toBe(5n << 125n);
  });

  it('are the published ones where they are rounded', () => {
    // From the table of the algorithm's authors: 5^-1 to 5^-3.
    expect(leadingBitsOfPowerOfFive(-1)).toBe(0xcccccccccccccccccccccccccccccccdn);
    expect(leadingBitsOfPowerOfFive(-2)).toBe(0xa3d70a3d70a3d70a3d70a3d70a3d70a4n);
    expect(leadingBitsOfPowerOfFive(-3)).toBe(0x83126e978d4fdf3b645a1cac083126ean);
  });

  it('all have their first bit set', () => {
    for (let exponent = -80; exponent <= 60; exponent++) {
      expect(leadingBitsOfPowerOfFive(exponent) >> 127n, `${exponent}`).toBe(1n);
    }
  });
});
