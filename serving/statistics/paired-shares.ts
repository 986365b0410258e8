import { type Estimate, wilson } from './wilson.ts';

/** Two judgements of the same rows, each right or wrong. */
export interface PairedCounts {
  readonly bothRight: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly bothWrong: number;
}

/**
 * McNemar's exact test: how probable is so unequal a split of the rows on which the two differ, or a
 * more unequal one, if neither is better? Two-sided binomial(onlyFirst + onlySecond, 1/2).
 */
export function mcNemar({ onlyFirst, onlySecond }: PairedCounts): number {
  const trials = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // From the largest term downwards, each as a ratio to it: in logarithms nothing runs under.
  const logOfLargest = logBinomial(trials, fewer) - trials * Math.LN2;
  let ratio = 1;
  let sum = 1;
  for (let count = fewer; count > 0 && ratio > sum * Number.EPSILON; count -= 1) {
    ratio *= count / (trials - count + 1);
    sum += ratio;
  }
  return Math.min(1, 2 * Math.exp(logOfLargest) * sum);
}

/**
 * The second's share of right rows less the first's, with Newcombe's limits for paired data (Statistics
 * in Medicine 17, 1998, method 10): Wilson's limits of both shares, joined by their correlation.
 */
export function shareDifference(counts: PairedCounts): Estimate | undefined {
  const { bothRight, onlyFirst, onlySecond, bothWrong } = counts;
  const total = bothRight + onlyFirst + onlySecond + bothWrong;
  const first = wilson(bothRight + onlyFirst, total);
  const second = wilson(bothRight + onlySecond, total);
  if (!first || !second) return undefined;
  const correlation = correlationOf(counts);
  const value = (onlySecond - onlyFirst) / total;
  const distance = (a: number, b: number) => Math.sqrt(a * a - 2 * correlation * a * b + b * b);
  return {
    value,
    low: value - distance(second.value - second.low, first.high - first.value),
    high: value + distance(second.high - second.value, first.value - first.low),
  };
}

function correlationOf({ bothRight, onlyFirst, onlySecond, bothWrong }: PairedCounts): number {
  const total = bothRight + onlyFirst + onlySecond + bothWrong;
  const margins =
    Math.sqrt((bothRight + onlyFirst) * (onlySecond + bothWrong)) *
    Math.sqrt((bothRight + onlySecond) * (onlyFirst + bothWrong));
  if (margins === 0) return 0;
  const plain = bothRight * bothWrong - onlyFirst * onlySecond;
  // The correction for continuity counts against a positive correlation only.
  return (plain > 0 ? Math.max(0, plain - total / 2) : plain) / margins;
}

function logBinomial(trials: number, count: number): number {
  return logFactorial(trials) - logFactorial(count) - logFactorial(trials - count);
}

/** Exact up to 255, by Stirling's series behind (its first left-out term is below 1e-17 there). */
function logFactorial(number: number): number {
  if (number < 256) {
    let sum = 0;
    for (let factor = 2; factor <= number; factor += 1) sum += Math.log(factor);
    return sum;
  }
  const cube = number ** 3;
  return (
    number * Math.log(number) -
    number +
    Math.log(2 * Math.PI * number) / 2 +
    1 / (12 * number) -
    1 / (360 * cube) +
    1 / (1260 * cube * number * number)
  );
}
