import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './markdown.ts';

/** What a reader's commands change, and so must not be the repository's own. */
const own = new Set(['model-artifacts', 'dist', 'cdk.out', '.siskin', '.git']);

export interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder that looks like a clone after `npm ci`: links into this one, and models of its own. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'siskin-docs-'));
  #server: ChildProcess | undefined;

  constructor() {
    for (const name of readdirSync(root)) {
      if (!own.has(name)) symlinkSync(join(root, name), join(this.folder, name));
    }
    cpSync(join(root, 'model-artifacts'), join(this.folder, 'model-artifacts'), {
      recursive: true,
    });
  }

  /** Runs a script as a reader would paste it, but ends at the first command that fails. */
  async run(script: string): Promise<Output> {
    const child = this.#spawn('bash', ['-euo', 'pipefail', '-c', script]);
    const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)];
    const [code] = await once(child, 'close');
    return { code, stdout: stdout(), stderr: stderr() };
  }

  /** Does what the README says, `npm start`, on a free port; gives the port when it serves. */
  start(): Promise<number> {
    const child = this.#spawn('npm', ['start', '--', '--port', '0']);
    this.#server = child;
    const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)];
    return new Promise((resolve, reject) => {
      child.stdout?.on('data', () => {
        const port = /^Siskin is ready on http:\/\/127\.0\.0\.1:(\d+)$/m.exec(stdout())?.[1];
        if (port) resolve(Number(port));
      });
      child.once('close', () => reject(new Error(`npm start ended:\n${stdout()}${stderr()}`)));
    });
  }

  async remove(): Promise<void> {
    const server = this.#server;
    if (server?.pid && server.exitCode === null) {
      const ended = once(server, 'close');
      // The whole group, as Ctrl-C in a terminal does it.
      process.kill(-server.pid, 'SIGINT');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(command: string, args: readonly string[]): ChildProcess {
    return spawn(command, args, {
      cwd: this.folder,
      env: readersEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  }
}

/** None of what the test runner and this machine's AWS configuration would add. */
function readersEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(AWS_|CDK_|npm_|VITEST|NODE_(?!EXTRA_CA_CERTS)|TEST$|DEV$|PROD$|MODE$)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), CDK_DISABLE_CLI_TELEMETRY: 'true', NO_COLOR: '1' };
}

function gather(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}
