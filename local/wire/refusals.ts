import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** How long a client may still send after it was refused. */
const LINGER = 1000;

interface ParseError extends Error {
  readonly code?: string;
  /** llhttp's own words. */
  readonly reason?: string;
}

interface Refusal {
  readonly status: number;
  readonly phrase: string;
  readonly error: string;
}

/** The newest request of a connection, with the answer that it waits for. */
interface Pending {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The answer before, when it was still to come: the client pipelines. */
  readonly before: ServerResponse | undefined;
}

/**
 * Answers what Node's HTTP server would refuse with an empty body, or not at all: clients parse the
 * body of every refusal as JSON. Gives the listener that must see each request.
 */
export function refuseInJson(server: Server) {
  const newest = new WeakMap<Duplex, Pending>();
  const refused = new WeakSet<Duplex>();
  server.on('clientError', (error: ParseError, socket) => {
    if (error.code === 'ECONNRESET') socket.destroy();
    // What follows the first error is an error again.
    if (error.code === 'ECONNRESET' || refused.has(socket)) return;
    refused.add(socket);
    refuse(socket, newest.get(socket), refusalOf(error));
  });
  server.on('connect', (request, socket) => {
    const error = `This is no proxy: CONNECT ${request.url} is not taken`;
    refuse(socket, undefined, { status: 405, phrase: 'Method Not Allowed', error });
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const error = `Expect is ${JSON.stringify(request.headers.expect)}, but only 100-continue can be met`;
    answer(response, 417, error);
  });
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const last = newest.get(request.socket)?.response;
    const before = last?.writableFinished ? undefined : last;
    newest.set(request.socket, { request, response, before });
    if (request.headers.host !== undefined || request.httpVersion !== '1.1') return true;
    answer(response, 400, 'The request has no Host header, which HTTP/1.1 asks for');
    return false;
  };
}

function answer(response: ServerResponse, status: number, error: string): void {
  const body = JSON.stringify({ error });
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  response.end(body);
}

function refusalOf({ code, reason, message }: ParseError): Refusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: 431,
        phrase: 'Request Header Fields Too Large',
        error: 'The request line and headers are longer than 16 KB',
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        status: 408,
        phrase: 'Request Timeout',
        error: 'The request was not received in time',
      };
    default:
      return {
        status: 400,
        phrase: 'Bad Request',
        error: `The request is not HTTP/1.1: ${reason ?? message}`,
      };
  }
}

function refuse(socket: Duplex, pending: Pending | undefined, refusal: Refusal): void {
  const write = () => {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    // Closed at once, a connection on which bytes still arrive is reset, and takes the answer with it.
    const linger = setTimeout(() => socket.destroy(), LINGER);
    socket.once('close', () => clearTimeout(linger)).once('end', () => socket.destroy());
    socket.end(refusalText(refusal));
    socket.resume();
  };
  if (pending && !pending.request.complete && pending.response.headersSent) {
    socket.destroy();
    return;
  }
  // Answers go out in the order of the requests.
  const first = pending?.request.complete ? pending.response : pending?.before;
  if (!first || first.writableFinished) write();
  else first.once('close', write);
}

function refusalText({ status, phrase, error }: Refusal): string {
  const body = JSON.stringify({ error });
  return [
    `HTTP/1.1 ${status} ${phrase}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
