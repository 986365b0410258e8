import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilson } from '../../../serving/statistics/wilson.ts';

describe("Wilson's limits", () => {
  it('are those of the textbook', () => {
    const { value, low, high } = wilson(3, 50) ?? expect.fail();
    expect(value).toBe(0.06);
    expect(low).toBeCloseTo(0.02061, 5);
    expect(high).toBeCloseTo(0.16217, 5);
  });

  it('say nothing of an empty count', () => {
    expect(wilson(0, 0)).toBeUndefined();
  });

  it('hold the share between them and stay within 0 and 1', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (count, rest) => {
        const estimate = wilson(count, count + rest);
        if (!estimate) return count + rest === 0;
        const { value, low, high } = estimate;
        return low >= 0 && low <= value && value <= high && high <= 1;
      }),
    );
  });
});
