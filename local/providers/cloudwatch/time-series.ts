import type { MetricStat } from './metric-query.ts';

/** Values by time, in whole seconds since the epoch, ascending. A missing datapoint is not there. */
export type Points = ReadonlyMap<number, number>;

/** One line of a graph. */
export interface TimeSeries {
  readonly label: string;
  /** Seconds from one datapoint to the next. */
  readonly period: number;
  readonly points: Points;
  /** The metric that it comes from, for labels that tell; sums of several have none. */
  readonly source?: MetricStat;
}

/** Changes each value; a result that is no finite number drops the datapoint. */
export function mapPoints(
  points: Points,
  change: (value: number, time: number) => number | undefined,
): Points {
  const changed = new Map<number, number>();
  for (const [time, value] of points) keep(changed, time, change(value, time));
  return changed;
}

/**
 * Combines two series wherever either has a datapoint. CloudWatch takes a datapoint that only one
 * of them lacks as 0; where that divides by zero, there is no result.
 */
export function zipPoints(
  left: Points,
  right: Points,
  combine: (left: number, right: number) => number,
): Points {
  const combined = new Map<number, number>();
  for (const time of timesOf([left, right])) {
    keep(combined, time, combine(left.get(time) ?? 0, right.get(time) ?? 0));
  }
  return combined;
}

/** Every time at which one of them has a datapoint, ascending. */
export function timesOf(all: readonly Points[]): number[] {
  const times = new Set<number>();
  for (const points of all) for (const time of points.keys()) times.add(time);
  return [...times].sort((a, b) => a - b);
}

/** The difference to the datapoint before, with the seconds between the two. */
export function stepPoints(
  points: Points,
  step: (difference: number, seconds: number) => number,
): Points {
  let before: readonly [number, number] | undefined;
  const steps = new Map<number, number>();
  for (const [time, value] of points) {
    if (before) keep(steps, time, step(value - before[1], time - before[0]));
    before = [time, value];
  }
  return steps;
}

function keep(points: Map<number, number>, time: number, value: number | undefined): void {
  if (value !== undefined && Number.isFinite(value)) points.set(time, value);
}
