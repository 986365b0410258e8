import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

export interface ServerOptions {
  readonly command: string;
  readonly parameters: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  /** What its output says once it serves. */
  readonly ready: RegExp;
}

/** A server in a process group of its own, so that all its processes' time can be counted. */
export class Server {
  readonly #process: ChildProcess;
  readonly #group: number;

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#group = process.pid as number;
  }

  /** Resolves when it says that it is ready; rejects with what it printed when it ends before. */
  static async start({ command, parameters, env, folder, ready }: ServerOptions): Promise<Server> {
    const child = spawn(command, parameters, {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        if (printed.length < 100_000) printed += chunk;
        if (ready.test(printed)) resolve();
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`${command} ended with ${code}:\n${printed}`)));
    });
    return new Server(child);
  }

  /** Processor time that its processes have taken so far, microseconds; those that have ended too. */
  cpuMicros(): number {
    let ticks = 0;
    for (const name of readdirSync('/proc')) {
      if (/^\d+$/.test(name)) ticks += ticksInGroup(name, this.#group);
    }
    return ticks * microsPerTick;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = once(this.#process, 'exit');
    process.kill(-this.#group, 'SIGTERM');
    await exited;
  }
}

/** Linux counts a process's time in hundredths of a second. */
const microsPerTick = 10_000;

function ticksInGroup(pid: string, group: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return 0; // It ended since the folder was listed.
  }
  // The second field is the command's name in brackets and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (Number(fields[2]) !== group) return 0;
  // Its own, and that of its children that have ended: user and system time of each.
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
