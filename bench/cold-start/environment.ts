import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';

/** A started process that has given its first answer, and waits. */
export interface Environment<Report> {
  readonly report: Report & { readonly cpuMicros: number };
  /** From spawn to the first answer. */
  readonly milliseconds: number;
  readonly privateBytes: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts `node <script> <argument>...` and resolves with what it reports on descriptor 3. */
export async function startEnvironment<Report>(
  script: string,
  argument: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Environment<Report>> {
  const start = performance.now();
  const child = spawn(process.execPath, [script, ...argument], {
    env: { ...env },
    stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
  });
  const exited = once(child, 'exit');
  let text = '';
  const report = await new Promise<Report & { cpuMicros: number }>((resolve, reject) => {
    (child.stdio[3] as Readable).on('data', (chunk) => {
      text += chunk;
      const parsed = complete<Report & { cpuMicros: number }>(text);
      if (parsed) resolve(parsed);
    });
    exited.then(([code]) => reject(new Error(`${script} ended with ${code} before it answered`)));
  });
  const milliseconds = performance.now() - start;
  return {
    report,
    milliseconds,
    privateBytes: () => privateBytes(child.pid as number),
    stop: async () => {
      child.stdin?.end();
      await exited;
    },
  };
}

/** The report once all of it has come: a pipe hands a large one over in pieces. */
function complete<T>(text: string): T | undefined {
  if (!text.endsWith('}')) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

/** Memory that no other process shares: what one more environment costs the host. */
function privateBytes(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kilobytes = [...rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)];
  return kilobytes.reduce((sum, [, value]) => sum + Number(value) * 1024, 0);
}
