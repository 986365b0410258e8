import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../architecture/sources.ts';

/** A run of the command line that has ended. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of the command line that is under way. */
export interface Running {
  readonly ended: Promise<Finished>;
  /** Ctrl-C, as a terminal sends it. */
  interrupt(): void;
}

/** Runs `siskin ...` to its end, as a user does. */
export async function siskin(args: readonly string[], cwd: string = root): Promise<Finished> {
  return await startSiskin(args, cwd).ended;
}

/** Starts `siskin ...`, as a user does. */
export function startSiskin(args: readonly string[], cwd: string = root): Running {
  const child = start(args, cwd);
  const output = collect(child);
  const ended = new Promise<Finished>((done) => {
    child.once('close', (code) => {
      done({ code, stdout: output.stdout(), stderr: output.stderr() });
    });
  });
  return { ended, interrupt: () => child.kill('SIGINT') };
}

/** `siskin dev`, serving. */
export class Server {
  readonly endpoint: string;
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #output: ReturnType<typeof collect>;

  private constructor(child: ChildProcess, output: ReturnType<typeof collect>, endpoint: string) {
    this.#child = child;
    this.#output = output;
    this.endpoint = endpoint;
    this.port = Number(new URL(endpoint).port);
  }

  /** Starts a server and waits until it says that it is ready. Any free port, unless one is given. */
  static async start(options: { models: string; state: string; port?: number }): Promise<Server> {
    const { models, state, port = 0 } = options;
    const child = start(
      ['dev', '--models', models, '--state', state, '--port', String(port)],
      root,
    );
    const output = collect(child);
    const endpoint = await new Promise<string>((ready, fail) => {
      child.stdout?.on('data', () => {
        const found = output.stdout().match(/^Siskin is ready on (http:\/\/\S+)$/m);
        if (found) ready(found[1] as string);
      });
      child.once('close', (code) =>
        fail(new Error(`siskin dev ended with ${code}: ${output.stderr()}`)),
      );
    });
    return new Server(child, output, endpoint);
  }

  get stdout(): string {
    return this.#output.stdout();
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** A request with the key. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { 'x-api-key': 'local', ...(init.headers as Record<string, string>) };
    return await fetch(`${this.endpoint}${path}`, { ...init, headers });
  }

  async infer(model: string, request: unknown): Promise<Response> {
    return await this.fetch(`/v2/models/${model}/infer`, {
      method: 'POST',
      body: typeof request === 'string' ? request : JSON.stringify(request),
    });
  }

  /** Ctrl-C, as a terminal sends it; gives the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const closed = new Promise<number | null>((done) => this.#child.once('close', done));
    this.#child.kill(signal);
    return await closed;
  }
}

function start(args: readonly string[], cwd: string): ChildProcess {
  return spawn(process.execPath, [join(root, 'bin/siskin.ts'), ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
}

function collect(child: ChildProcess) {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  return {
    stdout: () => Buffer.concat(stdout).toString('utf8'),
    stderr: () => Buffer.concat(stderr).toString('utf8'),
  };
}
