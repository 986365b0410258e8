import { connect, type Socket } from 'node:net';
import { BodyText } from './body-text.ts';
import { type Headers, type MessageHead, MessageReader } from './http-message.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/**
 * What arrives is put in one place of this size, again and again. A buffer for each read would make the
 * garbage collector look through everything that the function keeps, for a large event several times.
 */
const READ_BYTES = 256 * 1024;
const API = '/2018-06-01/runtime';
const NEXT = `GET ${API}/invocation/next HTTP/1.1\r\nHost: lambda\r\n\r\n`;

/** Keeps what concerns one request free of what concerns the connection. */
type Waiter = ((reply: Reply) => void) | undefined;

/**
 * The runtime's end of the Runtime API. An answer and the question for the next event leave in one
 * write, and nobody waits for the 202 in between: that is where the naive client loses its time.
 */
export class RuntimeApiClient {
  readonly #socket: Socket;
  readonly #waiters: Waiter[] = [];
  readonly #body = new BodyText();
  #head: MessageHead | undefined;

  /** `ended` is called once the platform has gone. */
  constructor(path: string, ended: () => void) {
    const reader = new MessageReader({
      head: (head) => {
        this.#head = head;
        this.#body.begin(head.length);
      },
      body: (chunk) => this.#body.add(chunk),
      end: () => this.#finish(),
    });
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const callback = (size: number) => {
      reader.push(buffer.subarray(0, size));
      return true;
    };
    this.#socket = connect({ path, onread: { buffer, callback } });
    this.#socket.on('error', ended);
    this.#socket.on('close', ended);
  }

  /** Asks what to load. This is ours: a process may be started before its function is known. */
  assignment(): Promise<Reply> {
    return this.#ask('GET /siskin/assignment HTTP/1.1\r\nHost: lambda\r\n\r\n');
  }

  /** May be asked for while another event is answered, which the platform then knows. */
  next(): Promise<Reply> {
    return this.#ask(NEXT);
  }

  /** Answers an invocation and asks for the next one. */
  respond(requestId: string, body: string, headers: string): Promise<Reply> {
    this.#waiters.push(undefined);
    return this.#ask(`${post(`invocation/${requestId}/response`, body, headers)}${NEXT}`);
  }

  /** Says that an invocation has failed and asks for the next one. */
  fail(requestId: string, body: string, headers: string): Promise<Reply> {
    this.#waiters.push(undefined);
    return this.#ask(`${post(`invocation/${requestId}/error`, body, headers)}${NEXT}`);
  }

  /** For a process about to exit: resolves once the platform has the report, and has hung up. */
  reportAndEnd(path: string, body: string, headers: string): Promise<void> {
    this.#socket
      .removeAllListeners('close')
      .removeAllListeners('error')
      .on('error', () => {});
    this.#socket.ref();
    return new Promise((resolve) => {
      this.#socket.on('close', () => resolve()).end(post(path, body, headers));
    });
  }

  /** Begins a streamed answer; its frames follow by `write`. */
  beginStream(requestId: string, headers: string): void {
    this.#waiters.push(undefined);
    this.#socket.write(
      `POST ${API}/invocation/${requestId}/response HTTP/1.1\r\nHost: lambda\r\n${headers}\r\n`,
    );
  }

  write(data: Buffer | string, done: (error?: Error | null) => void): void {
    this.#socket.write(data, done);
  }

  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  /**
   * While a handler runs the connection does not keep the process alive: a handler that waits for
   * nothing at all ends it, as in Lambda. Asking keeps it alive again.
   */
  letGo(): void {
    this.#socket.unref();
  }

  #ask(request: string): Promise<Reply> {
    this.#socket.ref();
    this.#socket.write(request);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #finish(): void {
    const head = this.#head as MessageHead;
    const status = Number(head.startLine.slice(9, 12));
    this.#waiters.shift()?.({ status, headers: head.headers, body: this.#body.take() });
  }
}

function post(path: string, body: string, headers: string): string {
  const length = Buffer.byteLength(body);
  return `POST ${API}/${path} HTTP/1.1\r\nHost: lambda\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${headers}\r\n${body}`;
}
