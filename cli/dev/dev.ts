import { styleText } from 'node:util';
import { CannotStart } from '../../local/host/cannot-start.ts';
import type { Log } from '../../local/host/log.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import type { DevOptions } from '../dev.ts';
import { Progress } from '../progress.ts';
import { type LocalSession, startLocalSession } from './local-session.ts';
import { readyText } from './ready-text.ts';

/** `siskin dev`: serves until Ctrl-C. */
export async function dev(options: DevOptions): Promise<void> {
  const stopping = new AbortController();
  const stop = onStopSignal(() => stopping.abort());
  const progress = new Progress();
  let session: LocalSession;
  try {
    session = await startLocalSession(
      { ...options, log: stderrLog, signal: stopping.signal },
      progress,
    );
  } catch (error) {
    // What was left behind half done must not keep the process; the next start rolls it back.
    if (stopping.signal.aborted) process.exit(exitCodes.done);
    throw error instanceof CannotStart ? new CommandError(error.message) : error;
  }
  for (const [model, reason] of session.failed) progress.note(`${model} does not serve: ${reason}`);
  process.stdout.write(readyText(session, options));
  await stop;
  process.stderr.write('\nStopping.\n');
  await session.cloud.stop();
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
function onStopSignal(first: () => void): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of signals) process.removeListener(signal, stop);
      first();
      resolve();
    };
    for (const signal of signals) process.on(signal, stop);
  });
}

const signals = ['SIGINT', 'SIGTERM'] as const;

const stderrLog: Log = {
  info: () => {},
  warn: (message) => say('yellow', 'warning', message),
  error: (message, cause) =>
    say('red', 'error', cause instanceof Error ? `${message}: ${cause.stack}` : message),
};

function say(color: 'yellow' | 'red', label: string, message: string): void {
  process.stderr.write(`${styleText(color, label, { stream: process.stderr })} ${message}\n`);
}
