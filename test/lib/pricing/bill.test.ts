import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tieredCost } from '../../../lib/pricing/bill.ts';

const tiers = [
  { upTo: 10, price: 3 },
  { upTo: 30, price: 2 },
  { upTo: Number.POSITIVE_INFINITY, price: 1 },
];

describe('A price in steps', () => {
  it.each([
    [0, 0],
    [-5, 0],
    [10, 30],
    [11, 32],
    [30, 70],
    [31, 71],
  ])('makes %d cost %d', (amount, cost) => expect(tieredCost(amount, tiers)).toBe(cost));

  it('never lets more cost less', () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        return tieredCost(less, tiers) <= tieredCost(more, tiers);
      }),
    );
  });
});
