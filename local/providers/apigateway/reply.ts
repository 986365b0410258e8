import type { ServerResponse } from 'node:http';
import type { AnswerTo } from '../../host/plain-request.ts';

export const JSON_TYPE = 'application/json';

/** An answer to the caller: status, header names and values by turns, and body. */
export interface Reply {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string | Buffer;
}

/** An answer by way of Node's server. */
export class NodeAnswer implements AnswerTo {
  readonly response: ServerResponse;

  constructor(response: ServerResponse) {
    this.response = response;
  }

  get isGone(): boolean {
    return this.response.destroyed;
  }

  get hasBegun(): boolean {
    return this.response.headersSent;
  }

  send(status: number, headers: readonly string[], body: string | Buffer): void {
    // The type lacks that Node takes names and values by turns.
    this.response.writeHead(status, headers as string[]);
    this.response.end(body);
  }

  destroy(): void {
    this.response.destroy();
  }
}

/** Sends an answer with the headers that every answer of API Gateway has. */
export function send(to: AnswerTo, requestId: string, { status, headers, body }: Reply): void {
  const own = ['x-amzn-RequestId', requestId, 'Content-Length', String(Buffer.byteLength(body))];
  to.send(status, [...headers, ...own], body);
}
