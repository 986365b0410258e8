import { type Estimate, z95 } from './wilson.ts';

/** Count, mean and sum of squared distances from it: what a mean's interval needs, and mergeable. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

export const noMoments: Moments = { count: 0, mean: 0, squares: 0 };

export function addValue({ count, mean, squares }: Moments, value: number): Moments {
  const distance = value - mean;
  const next = mean + distance / (count + 1);
  return { count: count + 1, mean: next, squares: squares + distance * (value - next) };
}

/** The moments of both samples together (Chan, Golub and LeVeque 1979). */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const count = a.count + b.count;
  const distance = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (distance * b.count) / count,
    squares: a.squares + b.squares + (distance * distance * a.count * b.count) / count,
  };
}

/** The mean with Student's limits; undefined below two values, from which no spread can be told. */
export function meanEstimate({ count, mean, squares }: Moments): Estimate | undefined {
  if (count < 2) return undefined;
  const reach = studentQuantile(count - 1) * Math.sqrt(squares / (count - 1) / count);
  return { value: mean, low: mean - reach, high: mean + reach };
}

/** Exact quantiles at 97.5 % where the expansion behind them is too rough. */
const smallDegrees = [12.7062047362, 4.3026527297, 3.1824463053, 2.7764451052, 2.5705818356];

/** Student's quantile at 97.5 %, by its expansion around the normal one (Abramowitz and Stegun 26.7.5). */
function studentQuantile(degrees: number): number {
  const exact = smallDegrees[degrees - 1];
  if (exact !== undefined) return exact;
  const z = z95;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}
