import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CannotStart } from '../host/cannot-start.ts';
import { http } from '../host/node-http.ts';
import type { AnswerPlain } from './plain-connection.ts';
import { PlainConnections } from './plain-connections.ts';
import { refuseInJson } from './refusals.ts';

/** A client that has not sent its headers by then never will. */
const HEADERS_TIMEOUT = 10_000;
/** How late such a client may be found. */
const TIMEOUT_CHECK_INTERVAL = 5000;
/** Longer than SDK clients keep idle connections, so that none is closed under a request. */
const KEEP_ALIVE_TIMEOUT = 75_000;
/** How long requests in flight may go on once the server stops. */
const STOP_GRACE = 1000;

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The cloud's one port, open on this machine's loopback addresses only. */
export interface LoopbackServer {
  readonly port: number;
  /** Until this is called every request is told to come again. Plain requests are offered first. */
  serve(answer: Answer, plain?: AnswerPlain): void;
  stop(): Promise<void>;
}

export async function listenOnLoopback(port: number): Promise<LoopbackServer> {
  let answer: Answer = notYet;
  const plain = new PlainConnections(KEEP_ALIVE_TIMEOUT);
  const listener: Answer = (request, response) => {
    response.on('error', () => response.destroy());
    answer(request, response);
  };
  const first = await listen(newServer(listener, plain), '127.0.0.1', port);
  if (!first) {
    throw new CannotStart(`Port ${port} is in use. Stop the program that has it, or use another.`);
  }
  const bound = (first.address() as AddressInfo).port;
  // `localhost` may mean ::1; a machine without IPv6, or with that port taken there, does without.
  const second = await listen(newServer(listener, plain), '::1', bound);
  const servers = second ? [first, second] : [first];
  return {
    port: bound,
    serve: (next, nextPlain) => {
      answer = next;
      plain.answer = nextPlain;
    },
    stop: async () => {
      const stopped = servers.map((server) => close(server, plain));
      plain.finish();
      await Promise.all(stopped);
    },
  };
}

function newServer(listener: Answer, plain: PlainConnections): Server {
  const server = http.createServer({
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    headersTimeout: HEADERS_TIMEOUT,
    connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL,
    // Node's own refusal has no body.
    requireHostHeader: false,
  });
  // A client that has closed its side after the request still waits for the answer, which Node drops
  // unless this is set; its documentation has no word of it.
  Object.assign(server, { httpAllowHalfOpen: true });
  const accept = refuseInJson(server);
  server.on('request', (request, response) => {
    if (accept(request, response)) listener(request, response);
  });
  plain.goBefore(server);
  return server;
}

/** The server when it listens, undefined when the address cannot be had. */
function listen(server: Server, host: string, port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const unavailable = ['EADDRINUSE', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'];
      if (unavailable.includes(error.code ?? '')) resolve(undefined);
      else reject(error);
    });
    server.listen({ host, port }, () => resolve(server));
  });
}

function notYet(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' });
  response.end('{"error":"The local cloud is starting"}');
}

async function close(server: Server, plain: PlainConnections): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const grace = setTimeout(() => {
    plain.destroy();
    server.closeAllConnections();
  }, STOP_GRACE);
  await closed;
  clearTimeout(grace);
}
