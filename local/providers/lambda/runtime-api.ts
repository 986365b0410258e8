import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import {
  type Headers,
  HttpSyntaxError,
  type MessageHead,
  MessageReader,
} from './runtime/http-message.ts';

/** A reply's bytes, in as many pieces as are at hand: no copying of large payloads. */
export type ReplyBytes = readonly (string | Buffer)[];

/** Fills its place in the order of replies; may be called long after the request. */
export type Answer = (reply: ReplyBytes) => void;

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
}

/** What takes a request's body and, at its end, answers. */
export interface RequestSink {
  body(chunk: Buffer): void;
  end(trailers: Headers): void;
}

/** The platform's side of one environment: decides what each request means. */
export interface RuntimeApiListener {
  request(request: ApiRequest, answer: Answer, length: number | undefined): RequestSink;
  /** The connection broke or its peer does not speak HTTP. */
  broken(error: Error): void;
}

/**
 * The Runtime API of one execution environment, on a unix socket of its own: whoever speaks there
 * is that environment. Takes any HTTP/1.1 client, and is quickest with one that pipelines.
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #path: string;
  readonly #sockets = new Set<Socket>();

  constructor(path: string, listener: RuntimeApiListener) {
    this.#path = path;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      serve(socket, listener);
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#path, resolve);
    });
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    rmSync(this.#path, { force: true });
  }
}

const NOTHING: RequestSink = { body() {}, end() {} };

function serve(socket: Socket, listener: RuntimeApiListener): void {
  const replies = new ReplyQueue(socket);
  let sink = NOTHING;
  const reader = new MessageReader({
    head: (head) => {
      const request = parseRequest(head);
      const place = replies.reserve(head.headers.connection?.toLowerCase() === 'close');
      if (head.headers.expect === '100-continue') socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      sink = listener.request(request, (reply) => replies.fill(place, reply), head.length);
    },
    body: (chunk) => sink.body(chunk),
    end: (trailers) => sink.end(trailers),
  });
  socket.on('data', (chunk) => {
    replies.hold = true;
    try {
      reader.push(chunk);
    } catch (error) {
      refuse(socket, listener, error);
      return;
    }
    replies.hold = false;
    replies.flush();
  });
  socket.on('error', (error) => listener.broken(error));
}

function refuse(socket: Socket, listener: RuntimeApiListener, error: unknown): void {
  if (!(error instanceof HttpSyntaxError)) throw error;
  socket.removeAllListeners('data');
  socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () =>
    socket.destroy(),
  );
  listener.broken(error);
}

function parseRequest({ startLine, headers }: MessageHead): ApiRequest {
  const parts = startLine.split(' ');
  if (parts.length !== 3 || !parts[2]?.startsWith('HTTP/1.')) {
    throw new HttpSyntaxError(`request line ${JSON.stringify(startLine)}`);
  }
  return { method: parts[0] as string, path: parts[1] as string, headers };
}

interface Place {
  reply: ReplyBytes | undefined;
  /** The peer wants no further request on this connection. */
  readonly last: boolean;
}

/** Replies leave in the order of their requests, and as many as are ready in one write. */
class ReplyQueue {
  readonly #socket: Socket;
  readonly #places: Place[] = [];
  /** True while requests are read: what they cause is written once, after the last. */
  hold = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  reserve(last: boolean): Place {
    const place: Place = { reply: undefined, last };
    this.#places.push(place);
    return place;
  }

  fill(place: Place, reply: ReplyBytes): void {
    place.reply = reply;
    if (!this.hold) this.flush();
  }

  flush(): void {
    const waiting = this.#places.findIndex(({ reply }) => !reply);
    if (waiting === 0 || this.#places.length === 0) return;
    // The peer asks for the next event already: thanks for its answer travel with that event, which
    // spares a write here and a wake-up there for each invocation.
    const ready = waiting < 0 ? [] : this.#places.slice(0, waiting);
    if (waiting > 0 && ready.every(({ reply }) => reply === ACCEPTED)) return;
    this.#write();
  }

  #write(): void {
    const pieces: (string | Buffer)[] = [];
    let last = false;
    while (this.#places[0]?.reply) {
      const place = this.#places.shift() as Place;
      pieces.push(...(place.reply as ReplyBytes));
      last ||= place.last;
    }
    if (this.#socket.destroyed) return;
    writeAll(this.#socket, pieces);
    if (last) this.#socket.end();
  }
}

/** Below this a copy is cheaper than a write of several pieces. */
const SMALL = 64 * 1024;

/** Strings among the pieces are ASCII: heads, and bodies that are ours. */
function writeAll(socket: Socket, pieces: readonly (string | Buffer)[]): void {
  const size = pieces.reduce((total, piece) => total + piece.length, 0);
  if (size > SMALL) {
    socket.cork();
    for (const piece of pieces) socket.write(piece);
    socket.uncork();
    return;
  }
  const whole = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const piece of pieces) {
    if (typeof piece === 'string') whole.write(piece, offset, 'latin1');
    else piece.copy(whole, offset);
    offset += piece.length;
  }
  socket.write(whole);
}

export function reply(status: string, headers: string, body: Buffer | string = ''): ReplyBytes {
  const head = `HTTP/1.1 ${status}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  // A text may hold anything (the assignment does): only bytes of known length follow a head.
  return [head, typeof body === 'string' ? Buffer.from(body) : body];
}

/** Thanks for an answer. */
export const ACCEPTED = reply(
  '202 Accepted',
  'Content-Type: application/json\r\n',
  '{"status":"OK"}\n',
);
