import { describe, expect, it } from 'vitest';
import { median, ratioOfRounds } from '../../../bench/measure/statistics.ts';

describe('The statistics of the bench', () => {
  it('take the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 100])).toBe(3);
    expect(() => median([])).toThrow('no median');
  });

  it('compare each round with its own other side, so that one slow round changes nothing', () => {
    expect(ratioOfRounds([2, 20, 2.2], [1, 10, 1])).toBe(2);
  });
});
