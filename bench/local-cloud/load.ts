import { connect, type Socket } from 'node:net';
import type { RequestBody } from '../models/request.ts';

/** A request to a server on loopback, and how many callers send it at once. */
export interface Load {
  readonly port: number;
  readonly path: string;
  readonly request: RequestBody;
  readonly callers: number;
}

/** Sends for so long; resolves with the answered requests and the seconds from first to last. */
export async function sendFor(load: Load, milliseconds: number) {
  const bytes = requestBytes(load);
  const start = performance.now();
  const until = start + milliseconds;
  const counts = await Promise.all(
    Array.from({ length: load.callers }, () => callUntil(load.port, bytes, until)),
  );
  const requests = counts.reduce((sum, count) => sum + count, 0);
  return { requests, seconds: (performance.now() - start) / 1000 };
}

/** One request on a connection of its own; its answer's body. */
export async function sendOnce(load: Load): Promise<Buffer> {
  const socket = connect(load.port, '127.0.0.1');
  const answers = new Answers(socket);
  socket.write(requestBytes(load));
  const body = await answers.next();
  socket.destroy();
  return body;
}

/** One caller: a kept connection, and the next request when the answer to the last is complete. */
async function callUntil(port: number, bytes: Buffer, until: number): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  const answers = new Answers(socket);
  let count = 0;
  while (performance.now() < until) {
    socket.write(bytes);
    await answers.next();
    count += 1;
  }
  socket.destroy();
  return count;
}

function requestBytes({ port, path, request: { body, headers } }: Load): Buffer {
  const lines = Object.entries({
    Host: `127.0.0.1:${port}`,
    'x-api-key': 'local',
    'Content-Length': String(body.length),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}

/** Reads answers off a connection, each as long as its Content-Length says. */
class Answers {
  #received = Buffer.alloc(0);
  #waiting: { resolve: (body: Buffer) => void; reject: (error: Error) => void } | undefined;

  constructor(socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#deliver();
    });
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('The server closed the connection')));
  }

  next(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #deliver(): void {
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0 || !this.#waiting) return;
    const head = this.#received.toString('latin1', 0, end);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1]);
    if (Number.isNaN(length)) {
      this.#waiting.reject(new Error(`An answer without Content-Length:\n${head}`));
      return;
    }
    const total = end + 4 + length;
    if (this.#received.length < total) return;
    const body = this.#received.subarray(end + 4, total);
    this.#received = this.#received.subarray(total);
    if (head.startsWith('HTTP/1.1 200')) this.#waiting.resolve(body);
    else this.#waiting.reject(new Error(`Not answered: ${head}\n${body.toString()}`));
  }
}
