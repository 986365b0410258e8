import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Row } from '../scenario.ts';

/** What bench/results.json holds: for each scenario its last run. */
export interface Results {
  readonly scenarios: Readonly<Record<string, ScenarioResult>>;
}

export interface ScenarioResult {
  readonly title: string;
  readonly machine: Machine;
  readonly rows: readonly Row[];
}

interface Machine {
  readonly measuredAt: string;
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  /** Processes that wanted to run, mean of the last minute, as the scenario began and ended. */
  readonly load: readonly [number, number];
}

const file = join(import.meta.dirname, '../results.json');

export function readResults(): Results {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { scenarios: {} };
}

export function writeResults(results: Results): void {
  writeFileSync(file, `${JSON.stringify(results, rounded, 2)}\n`);
}

/** Four digits are more than a measurement has, and keep the file's differences readable. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}

export function loadNow(): number {
  return Number((loadavg()[0] ?? 0).toFixed(1));
}

export function describeMachine(loadBefore: number): Machine {
  const processors = cpus();
  return {
    measuredAt: new Date().toISOString(),
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    node: process.version,
    load: [loadBefore, loadNow()],
  };
}
