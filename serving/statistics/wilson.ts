/** An estimate with the limits of its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Quantile of the normal distribution at 97.5 %. */
export const z95 = 1.959963984540054;

/**
 * A share of `total` with Wilson's limits (JASA 1927), which hold for small counts and near 0 and 1;
 * undefined when nothing was counted.
 */
export function wilson(count: number, total: number): Estimate | undefined {
  if (total === 0) return undefined;
  const value = count / total;
  const squared = z95 * z95;
  const center = (value + squared / (2 * total)) / (1 + squared / total);
  const spread =
    (z95 / (1 + squared / total)) *
    Math.sqrt((value * (1 - value)) / total + squared / (4 * total * total));
  // Rounding must not push the limits past the estimate, which may be 0 or 1 itself.
  return {
    value,
    low: Math.min(value, Math.max(0, center - spread)),
    high: Math.max(value, Math.min(1, center + spread)),
  };
}
