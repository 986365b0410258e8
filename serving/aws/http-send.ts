import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface HttpMessage {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Ends the exchange, however far it is. */
  readonly signal: AbortSignal;
  /** Milliseconds in which a new connection must be there; else as long as the system waits. */
  readonly connectMillis?: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** One request and its whole answer; rejects when there is none. */
export type HttpSend = (url: string, message: HttpMessage) => Promise<HttpAnswer>;

/**
 * By Node's own clients: to load `fetch` costs a function's first call 90 ms of CPU, which is more
 * than all the rest of it.
 */
export const sendHttp: HttpSend = (url, { method, headers, body, signal, connectMillis }) =>
  new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? requestHttps : requestHttp;
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const sending = request(url, { method, headers: { ...headers, ...length }, signal });
    sending.on('error', reject);
    if (connectMillis !== undefined) limitConnecting(sending, connectMillis);
    sending.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    sending.end(body);
  });

function limitConnecting(sending: ClientRequest, milliseconds: number): void {
  sending.on('socket', (socket) => {
    if (!socket.connecting) return;
    const late = () => {
      const message = `no connection within ${milliseconds} ms`;
      sending.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT' }));
    };
    const timer = setTimeout(late, milliseconds);
    for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(timer));
  });
}
