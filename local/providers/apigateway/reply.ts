import type { ServerResponse } from 'node:http';

export const JSON_TYPE = 'application/json';

/** An answer to the caller: status, header names and values by turns, and body. */
export interface Reply {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string | Buffer;
}

/** Sends an answer with the headers that every answer of API Gateway has. */
export function send(response: ServerResponse, requestId: string, reply: Reply): void {
  const { status, headers, body } = reply;
  response.writeHead(status, [
    ...headers,
    'x-amzn-RequestId',
    requestId,
    'Content-Length',
    String(Buffer.byteLength(body)),
  ]);
  response.end(body);
}
