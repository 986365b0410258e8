import { measured, type Sample } from '../measure/sides.ts';
import { ratioOfRounds } from '../measure/statistics.ts';
import type { Measured } from '../scenario.ts';

/** Rows, and what they took. */
export interface Rate {
  readonly rows: number;
  readonly wallMicros: number;
  /** Of all threads of the process. */
  readonly cpuMicros: number;
}

export interface RateSides {
  readonly subject: readonly Rate[];
  readonly baseline: readonly Rate[];
}

/**
 * Rows a second of processor time, which is what a worker with a core of its own gives, whoever else
 * uses this machine; beside it the ratio on the clock.
 */
export function comparedRates({ subject, baseline }: RateSides): Measured {
  return {
    ...measured('rows/s', { subject: subject.map(sample), baseline: baseline.map(sample) }),
    wallRatio: ratioOfRounds(subject.map(onTheClock), baseline.map(onTheClock)),
  };
}

function sample({ rows, cpuMicros }: Rate): Sample {
  return { value: (rows / cpuMicros) * 1e6, cpuMicros: cpuMicros / rows };
}

function onTheClock({ rows, wallMicros }: Rate): number {
  return (rows / wallMicros) * 1e6;
}
