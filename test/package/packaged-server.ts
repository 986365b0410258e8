import { type ChildProcess, spawn } from 'node:child_process';

/** `npx siskin dev` in a user's folder, serving. */
export class PackagedServer {
  readonly endpoint: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, endpoint: string) {
    this.#child = child;
    this.endpoint = endpoint;
  }

  /** Starts it on any free port and waits until it says that it is ready. */
  static async start(folder: string): Promise<PackagedServer> {
    const child = spawn('npx', ['--no', 'siskin', 'dev', '--port', '0'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own: a signal to it reaches npx and all below, as Ctrl-C does.
      detached: true,
    });
    let said = '';
    const endpoint = await new Promise<string>((ready, fail) => {
      const hear = (chunk: Buffer) => {
        said += chunk.toString('utf8');
        const found = said.match(/^Siskin is ready on (http:\/\/\S+)$/m);
        if (found) ready(found[1] as string);
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
      child.once('error', fail);
      child.once('close', (code) => fail(new Error(`siskin dev ended with ${code}: ${said}`)));
    });
    return new PackagedServer(child, endpoint);
  }

  async infer(model: string, request: unknown): Promise<Response> {
    return await fetch(`${this.endpoint}/v2/models/${model}/infer`, {
      method: 'POST',
      headers: { 'x-api-key': 'local' },
      body: JSON.stringify(request),
    });
  }

  /** Ctrl-C. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((done) => this.#child.once('close', () => done()));
    process.kill(-(this.#child.pid as number), 'SIGINT');
    await closed;
  }
}
