import type { Tiers } from './prices.ts';

/** What an amount costs when the price falls in steps. */
export function tieredCost(amount: number, tiers: Tiers): number {
  let from = 0;
  let cost = 0;
  for (const { upTo, price } of tiers) {
    if (amount <= from) break;
    cost += (Math.min(amount, upTo) - from) * price;
    from = upTo;
  }
  return cost;
}
