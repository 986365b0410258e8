import type { Figures, Measured } from '../scenario.ts';
import { median, ratioOfRounds } from './statistics.ts';

/** What one round gave of one side. */
export interface Sample {
  /** In the row's unit: what the ratio is made of. */
  readonly value: number;
  readonly cpuMicros?: number;
  readonly wallMicros?: number;
}

export type Measure = () => Promise<Sample>;

/** Both sides' samples, round by round. */
export interface Sides {
  readonly subject: readonly Sample[];
  readonly baseline: readonly Sample[];
}

/** In turns, so that a busy neighbour slows both. */
export async function interleave(
  subject: Measure,
  baseline: Measure,
  rounds: number,
): Promise<Sides> {
  const sides = { subject: [] as Sample[], baseline: [] as Sample[] };
  for (let round = 0; round < rounds; round += 1) {
    sides.subject.push(await subject());
    sides.baseline.push(await baseline());
  }
  return sides;
}

export function measured(unit: string, { subject, baseline }: Sides): Measured {
  const walls = [wallsOf(subject), wallsOf(baseline)] as const;
  return {
    ratio: ratioOfRounds(valuesOf(subject), valuesOf(baseline)),
    ...(walls[0].length > 0 && { wallRatio: ratioOfRounds(...walls) }),
    unit,
    subject: figures(subject),
    baseline: figures(baseline),
    rounds: subject.length,
  };
}

function figures(samples: readonly Sample[]): Figures {
  const cpu = samples.flatMap(({ cpuMicros }) => cpuMicros ?? []);
  const walls = wallsOf(samples);
  return {
    value: median(valuesOf(samples)),
    ...(cpu.length > 0 && { cpuMicros: median(cpu) }),
    ...(walls.length > 0 && { wallMicros: median(walls) }),
  };
}

function valuesOf(samples: readonly Sample[]): number[] {
  return samples.map(({ value }) => value);
}

function wallsOf(samples: readonly Sample[]): number[] {
  return samples.flatMap(({ wallMicros }) => wallMicros ?? []);
}
