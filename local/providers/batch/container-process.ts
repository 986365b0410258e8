import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import { LineSplitter } from '../../telemetry/line-splitter.ts';

/** How a container's process ended: by itself, or not even begun. */
export type ProcessEnd =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'not-started'; readonly message: string };

/**
 * The program takes the place of this shell, as a group of its own. Beside it something waits for the
 * end of a pipe that the cloud holds open: when the cloud dies, however it dies, the group does too.
 */
const supervised = `
(read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 </dev/null &
exec 3<&-
exec "$@"
`;

/** A process that stands for a container. */
export class ContainerProcess {
  readonly ended: Promise<ProcessEnd>;
  readonly #process: ChildProcess;

  constructor(options: {
    readonly command: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
    readonly folder: string;
    readonly onLine: (line: string) => void;
  }) {
    this.#process = spawn('/bin/sh', ['-c', supervised, 'sh', ...options.command], {
      cwd: options.folder,
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const lifeline = this.#process.stdio[3] as Duplex;
    lifeline.on('error', () => {}); // the reader has gone: there is nothing left to keep alive
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      const lines = new LineSplitter(options.onLine);
      stream?.on('data', (chunk) => lines.push(chunk)).on('end', () => lines.end());
    }
    this.ended = new Promise((resolve) => {
      this.#process.on('error', ({ message }) => resolve({ kind: 'not-started', message }));
      // Whatever the program has left behind ends with it, as in a container.
      this.#process.on('exit', () => lifeline.destroy());
      this.#process.on('close', (code, signal) =>
        resolve({ kind: 'exit', code: code ?? 128 + signalNumber(signal) }),
      );
    });
  }

  /** To the program and all that it has started. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.#process;
    if (pid === undefined || this.#process.exitCode !== null || this.#process.signalCode) return;
    if (signal === 'SIGTERM') {
      // Docker tells the first process alone.
      this.#process.kill(signal);
      return;
    }
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal ? constants.signals[signal] : 0;
}
