import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { limits } from '../../serving/contract/limits.ts';
import type { Invocation, InvocationAnswer } from './invocation.ts';

export interface HttpServerOptions {
  /** Whether the model can answer. */
  readonly isReady: () => boolean;
  readonly invoke: (invocation: Invocation) => Promise<InvocationAnswer>;
  readonly bodyLimit?: number;
}

/** SageMaker's hosting contract: GET /ping and POST /invocations; Triton answers any other path 400. */
export function createHttpServer(options: HttpServerOptions): Server {
  const server = createServer(async (request, response) => {
    const answer = await answerTo(options, request);
    if (!answer) return;
    // A server that was told to close waits for each connection's end.
    if (!server.listening) response.shouldKeepAlive = false;
    send(response, answer);
  });
  // Longer than the platform keeps its connections, so that it never writes into a closing one.
  server.keepAliveTimeout = 120_000;
  return server;
}

/** Undefined when nobody is there any more to answer. */
async function answerTo(
  options: HttpServerOptions,
  request: IncomingMessage,
): Promise<InvocationAnswer | undefined> {
  const { isReady, invoke, bodyLimit = limits.inflatedBody } = options;
  const path = request.url?.split('?', 1)[0];
  if (path === '/ping' && request.method === 'GET') {
    return { status: isReady() ? 200 : 503, contentType: 'text/plain', body: '' };
  }
  if (path !== '/invocations' || request.method !== 'POST') {
    return refusal(400, 'there are only GET /ping and POST /invocations here');
  }
  const body = await readBody(request, bodyLimit);
  if (body === 'gone') return undefined;
  if (body === 'too large') return refusal(413, `the body is larger than ${bodyLimit} bytes`);
  if (!isReady()) return refusal(503, 'the model is not loaded yet');
  return invoke({ body, contentType: request.headers['content-type'] });
}

async function readBody(
  request: IncomingMessage,
  bodyLimit: number,
): Promise<Buffer | 'gone' | 'too large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      // What is too large is read to its end and dropped: a client hears an answer only then.
      if (size > bodyLimit) chunks.length = 0;
      else chunks.push(chunk);
    }
  } catch {
    // The caller has gone in the middle of its request.
    return 'gone';
  }
  if (size > bodyLimit) return 'too large';
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size);
}

function refusal(status: number, error: string): InvocationAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify({ error }) };
}

function send(response: ServerResponse, { status, contentType, body }: InvocationAnswer): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { 'content-type': contentType, 'content-length': length }).end(body);
}
