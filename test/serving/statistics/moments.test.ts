import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addValue,
  type Moments,
  meanEstimate,
  mergeMoments,
  noMoments,
} from '../../../serving/statistics/moments.ts';

const momentsOf = (values: readonly number[]): Moments => values.reduce(addValue, noMoments);

describe('Moments', () => {
  it("give the mean with Student's limits", () => {
    const { value, low, high } = meanEstimate(momentsOf([1, 2, 3, 4])) ?? expect.fail();
    // Standard error .645497, quantile for 3 degrees 3.182446.
    expect([value, low, high]).toEqual([
      2.5,
      expect.closeTo(0.445739, 5),
      expect.closeTo(4.554261, 5),
    ]);
  });

  it('use close quantiles for more values than are listed', () => {
    const values = Array.from({ length: 7 }, (_, index) => index);
    const { value, high } = meanEstimate(momentsOf(values)) ?? expect.fail();
    // Quantile for 6 degrees 2.446912, standard deviation 2.160247.
    expect((high - value) / (2.160247 / Math.sqrt(7))).toBeCloseTo(2.446912, 2);
  });

  it('say nothing of fewer than two values', () => {
    expect(meanEstimate(momentsOf([]))).toBeUndefined();
    expect(meanEstimate(momentsOf([5]))).toBeUndefined();
  });

  it('merge to those of the whole, wherever it is cut', () => {
    const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(fc.array(value), fc.nat(), (values, cut) => {
        const at = values.length === 0 ? 0 : cut % values.length;
        const merged = mergeMoments(momentsOf(values.slice(0, at)), momentsOf(values.slice(at)));
        const whole = momentsOf(values);
        expect(merged.count).toBe(whole.count);
        expect(merged.mean).toBeCloseTo(whole.mean, 8);
        expect(merged.squares / 1e6).toBeCloseTo(whole.squares / 1e6, 8);
      }),
    );
  });
});
