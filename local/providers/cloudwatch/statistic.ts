import { AwsError } from '../../host/aws-error.ts';
import type { Aggregate } from './aggregate.ts';

/** Gives one number for the data of a period; undefined where the data cannot tell. */
export type Statistic = (data: Aggregate) => number | undefined;

const SIMPLE: Readonly<Record<string, Statistic>> = {
  SampleCount: (data) => data.count,
  Sum: (data) => data.sum,
  Average: (data) => data.sum / data.count,
  Minimum: (data) => data.min,
  Maximum: (data) => data.max,
};

/** `p95`, `tm99`: a percentile, or something of the values up to it. */
const EXTENDED: Readonly<Record<string, (data: Aggregate, share: number) => number>> = {
  p: percentile,
  tm: (data, share) => {
    const { sum, count } = lowest(data, share);
    return sum / count;
  },
  tc: (data, share) => lowest(data, share).count,
  ts: (data, share) => lowest(data, share).sum,
};

export const SIMPLE_STATISTICS: readonly string[] = Object.keys(SIMPLE);

/** The statistic of that name, or a ValidationError that says which there are. */
export function statisticNamed(name: string): Statistic {
  const simple = Object.hasOwn(SIMPLE, name) ? SIMPLE[name] : undefined;
  if (simple) return simple;
  const [, kind = '', digits = ''] = /^(p|tm|tc|ts)(\d{1,3}(?:\.\d{1,10})?)$/.exec(name) ?? [];
  const extended = EXTENDED[kind];
  if (!extended || Number(digits) > 100) {
    throw new AwsError(
      'ValidationError',
      `The statistic '${name}' is not supported. Use ${SIMPLE_STATISTICS.join(', ')}, or p, tm, tc or ts followed by a number up to 100, such as p95`,
    );
  }
  const share = Number(digits) / 100;
  return (data) => (data.opaque ? undefined : extended(data, share));
}

/** 95 of `p95`; undefined for other statistics. */
export function percentileOf(name: string): number | undefined {
  const [, digits] = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** The nearest rank: the smallest value that at least this share of all values does not exceed. */
function percentile(data: Aggregate, share: number): number {
  const rank = rankOf(data, share);
  let seen = 0;
  for (const [value, count] of data.sorted()) {
    seen += count;
    // Values on the grid are approximate, the extremes never.
    if (seen >= rank) return Math.min(data.max, Math.max(data.min, value));
  }
  return data.max;
}

function lowest(data: Aggregate, share: number): { sum: number; count: number } {
  let left = rankOf(data, share);
  const total = { sum: 0, count: 0 };
  for (const [value, count] of data.sorted()) {
    const taken = Math.min(count, left);
    total.sum += value * taken;
    total.count += taken;
    left -= taken;
    if (left <= 0) break;
  }
  return total;
}

function rankOf(data: Aggregate, share: number): number {
  // 0.95 * 20 is 19.000000000000004 in binary: without the rounding its rank would be 20.
  return Math.max(1, Math.ceil(Number((share * data.count).toPrecision(12))));
}
