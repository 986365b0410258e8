import { type ChildProcess, spawn } from 'node:child_process';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { Clock } from '../../host/clock.ts';
import { http } from '../../host/node-http.ts';

export interface ContainerProgram {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly port: number;
}

export interface ContainerAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** `refused`: the container listens no more, and has not had the request. */
type NoAnswerKind = 'timeout' | 'refused' | 'broken' | 'too-long';

/** Why there is no answer. */
export class NoAnswer extends Error {
  readonly kind: NoAnswerKind;

  constructor(kind: NoAnswerKind, message: string) {
    super(message);
    this.name = 'NoAnswer';
    this.kind = kind;
  }
}

interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly limitMs: number;
  readonly limitBytes: number;
}

/** One instance's container: a process that speaks SageMaker's hosting contract on its own port. */
export class Container {
  /** As an EC2 instance is named. */
  readonly id: string;
  /** Requests that were given to it and are not over. */
  outstanding = 0;
  /** How its process ended, once it has. */
  readonly ended: Promise<string>;
  readonly #time: Clock;
  readonly #port: number;
  readonly #process: ChildProcess;
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #idle = new Set<() => void>();
  #isEnded = false;

  constructor(id: string, program: ContainerProgram, time: Clock, onLine: (line: string) => void) {
    const [file = '', ...args] = program.command;
    this.id = id;
    this.#time = time;
    this.#port = program.port;
    this.#process = spawn(file, args, {
      cwd: program.folder,
      env: program.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => line && onLine(line));
    }
    this.ended = new Promise((resolve) => {
      const end = (reason: string) => {
        this.#isEnded = true;
        this.#agent.destroy();
        resolve(reason);
      };
      this.#process.on('error', (error) => end(`it could not be started: ${error.message}`));
      this.#process.on('exit', (code, signal) =>
        end(signal ? `it was ended by ${signal}` : `it exited with code ${code}`),
      );
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether it says that it is ready, within the limit. */
  async ping(limitMs: number): Promise<boolean> {
    try {
      const ping = { method: 'GET', path: '/ping', headers: {}, limitMs } as const;
      return (await this.#exchange({ ...ping, limitBytes: 65_536 })).status === 200;
    } catch {
      return false; // refused, broken or late: it is not ready, whatever the reason
    }
  }

  /** Throws NoAnswer when there is none. Only between a reservation and its release. */
  invoke(
    headers: Readonly<Record<string, string>>,
    body: Buffer,
    limits: { readonly ms: number; readonly bytes: number },
  ): Promise<ContainerAnswer> {
    const post = { method: 'POST', path: '/invocations', headers, body } as const;
    return this.#exchange({ ...post, limitMs: limits.ms, limitBytes: limits.bytes });
  }

  /** Takes one more request: until its release this container is not ended. */
  reserve(): void {
    this.outstanding += 1;
  }

  release(): void {
    this.outstanding -= 1;
    if (this.outstanding === 0) for (const tell of this.#idle) tell();
  }

  /** Resolves once it has answered everything that it was given, or has ended. */
  async drained(): Promise<void> {
    if (this.outstanding === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle.add(resolve);
    await Promise.race([promise, this.ended]);
    this.#idle.delete(resolve);
  }

  /** Asks it to end, and ends it by force when it has not after `killMs`. */
  async end(killMs: number): Promise<void> {
    this.#process.kill('SIGTERM');
    const force = this.#time.at(this.#time.now() + killMs, () => this.kill());
    await this.ended;
    force.cancel();
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  async #exchange(exchange: Exchange): Promise<ContainerAnswer> {
    const first = await this.#send(exchange);
    // A container may close a connection that has been idle while the next request is on its way.
    const answer = first === 'stale' && !this.#isEnded ? await this.#send(exchange) : first;
    if (answer === 'stale') throw new NoAnswer('broken', 'the connection was reset');
    return answer;
  }

  #send({ limitMs, limitBytes, body, ...what }: Exchange): Promise<ContainerAnswer | 'stale'> {
    return new Promise((resolve, reject) => {
      const outgoing = http.request({
        ...what,
        host: '127.0.0.1',
        port: this.#port,
        agent: this.#agent,
        headers: { ...what.headers, ...(body && { 'content-length': body.length }) },
      });
      let answered = false;
      const fail = (error: NoAnswer) => {
        timer.cancel();
        reject(error);
        outgoing.destroy();
      };
      const timer = this.#time.at(this.#time.now() + limitMs, () =>
        fail(new NoAnswer('timeout', `there was no answer within ${limitMs} ms`)),
      );
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        timer.cancel();
        const isStale = !answered && outgoing.reusedSocket && error.code === 'ECONNRESET';
        if (isStale) resolve('stale');
        else reject(new NoAnswer(kindOf(error), error.message));
      });
      outgoing.on('response', (response) => {
        answered = true;
        collect(response, limitBytes).then(
          (answer) => {
            timer.cancel();
            resolve(answer);
          },
          (error) =>
            fail(error instanceof NoAnswer ? error : new NoAnswer('broken', error.message)),
        );
      });
      outgoing.end(body);
    });
  }
}

function kindOf({ code }: NodeJS.ErrnoException): NoAnswerKind {
  return code === 'ECONNREFUSED' ? 'refused' : 'broken';
}

async function collect(response: IncomingMessage, limit: number): Promise<ContainerAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += chunk.length;
    if (length > limit) throw new NoAnswer('too-long', `the answer is longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}
