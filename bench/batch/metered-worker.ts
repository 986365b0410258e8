import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rate } from './rate.ts';

export interface WorkerCommand {
  readonly parameters: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where the meter leaves what it saw. */
  readonly meterFile: string;
}

export interface MeteredRun {
  /** Of the steady part: start-up, the engine's loading and the compilers' warm-up are before it. */
  readonly rate: Rate;
  readonly peakMegabytes: number;
}

interface MeterResult {
  /** Sums since the start. */
  readonly marks: readonly Rate[];
  readonly peakKilobytes: number;
}

/** Runs a worker to its end, as a process of its own. */
export async function runMetered(command: WorkerCommand): Promise<MeteredRun> {
  const { parameters, env, meterFile } = command;
  const meter = join(import.meta.dirname, 'meter.cjs');
  const profile = process.env.BENCH_PROFILE;
  const child = spawn(
    process.execPath,
    [
      ...(profile ? ['--cpu-prof', '--cpu-prof-dir', profile] : []),
      ...['--require', meter],
      ...parameters,
    ],
    { env: { ...env, BENCH_METER: meterFile }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  child.stdout.on('data', (text) => {
    printed = `${printed}${text}`.slice(-4000);
  });
  child.stderr.on('data', (text) => {
    printed = `${printed}${text}`.slice(-4000);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the worker ended with ${code}:\n${printed}`);
  const { marks, peakKilobytes }: MeterResult = JSON.parse(readFileSync(meterFile, 'utf8'));
  return { rate: steadyRate(marks), peakMegabytes: peakKilobytes / 1024 };
}

/**
 * From the first fifth of the rows on. A part is told when the next one is computed, but for the
 * last, which nothing follows: without it, every mark stands at the same place of its part.
 */
function steadyRate(marks: readonly Rate[]): Rate {
  const rows = marks.at(-1)?.rows ?? 0;
  const first = marks.find((mark) => mark.rows >= rows / 5);
  const last = marks.at(-2);
  if (!first || !last || first.rows >= last.rows) throw new Error('the job has too few parts');
  return {
    rows: last.rows - first.rows,
    wallMicros: last.wallMicros - first.wallMicros,
    cpuMicros: last.cpuMicros - first.cpuMicros,
  };
}
