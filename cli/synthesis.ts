import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { extname, resolve } from 'node:path';
import { CommandError } from './command-error.ts';

export interface SynthesisOptions {
  /** Folder of the cloud assembly to write. */
  readonly outdir: string;
  /** Context that goes over the one of cdk.json. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Ends the app; it then hears of no Ctrl-C by itself. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the CDK app as the CDK CLI does: the command and the context of cdk.json, in a process of
 * its own, so that the construct library's 200 MB are gone when it has ended. What the app says
 * about a wrong repository or context is the error.
 */
export async function synthesize(options: SynthesisOptions): Promise<void> {
  options.signal?.throwIfAborted();
  const project = readProject();
  const child = spawn(project.app ?? defaultApp(), {
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that the shell does not end without the app that it runs.
    detached: options.signal !== undefined,
    env: {
      ...process.env,
      CDK_OUTDIR: options.outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...project.context, ...options.context }),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      // The construct library takes longer to compile than to run.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? getCompileCacheDir(),
    },
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk) => said.push(chunk));
  child.stderr.on('data', (chunk) => said.push(chunk));
  const stop = () => endGroup(child);
  options.signal?.addEventListener('abort', stop, { once: true });
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  options.signal?.removeEventListener('abort', stop);
  options.signal?.throwIfAborted();
  if (code === 0) return;
  const text = Buffer.concat(said).toString('utf8').trim();
  throw new CommandError(text || `The CDK app ended with exit code ${code} and said nothing.`);
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended by itself
  }
}

/** The project's own app when it has a cdk.json, so that a package user's stacks are in it too. */
function readProject(): { app?: string; context?: Record<string, unknown> } {
  const file = resolve('cdk.json');
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CommandError(`${file} is not JSON: ${(error as Error).message}`);
  }
}

function defaultApp(): string {
  const app = resolve(import.meta.dirname, `../bin/app${extname(import.meta.filename)}`);
  return `"${process.execPath}" "${app}"`;
}
