import type { Points } from './time-series.ts';

/** What takes the place of missing datapoints. */
export type Filler = number | Points | 'REPEAT' | 'LINEAR';

/** FILL: gives each time of the grid a value, where the filler has one. */
export function fillPoints(points: Points, grid: readonly number[], filler: Filler): Points {
  const filled = new Map<number, number>();
  for (const time of grid) {
    const value = points.get(time) ?? fillAt(time, points, grid, filler);
    if (value !== undefined) filled.set(time, value);
  }
  return filled;
}

function fillAt(
  time: number,
  points: Points,
  grid: readonly number[],
  filler: Filler,
): number | undefined {
  if (typeof filler === 'number') return filler;
  if (typeof filler !== 'string') return filler.get(time);
  const before = grid.findLast((other) => other < time && points.has(other));
  if (before === undefined) return undefined;
  const from = points.get(before) as number;
  if (filler === 'REPEAT') return from;
  const after = grid.find((other) => other > time && points.has(other));
  if (after === undefined) return undefined;
  return from + (((points.get(after) as number) - from) * (time - before)) / (after - before);
}
