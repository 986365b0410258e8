import { randomUUID } from 'node:crypto';
import type { AnswerTo, RequestHead } from '../../host/plain-request.ts';
import type { ApiKeyRecord } from './api-store.ts';
import type { GatewayError } from './gateway-error.ts';
import type { Way } from './way.ts';

/** One request on its way, and what has become of it so far. */
export class Exchange {
  readonly head: RequestHead;
  readonly to: AnswerTo;
  readonly way: Way;
  readonly startedAt: number;
  readonly requestId = randomUUID();
  readonly traceId: string;
  apiKey: ApiKeyRecord | undefined = undefined;
  accessKey: string | undefined = undefined;
  error: GatewayError | undefined = undefined;
  integrationMs: number | undefined = undefined;
  status: number | undefined = undefined;
  responseLength: number | undefined = undefined;

  constructor(head: RequestHead, to: AnswerTo, way: Way, startedAt: number) {
    this.head = head;
    this.to = to;
    this.way = way;
    this.startedAt = startedAt;
    const given = head.headers['x-amzn-trace-id'];
    this.traceId = typeof given === 'string' ? given : newTraceId(startedAt, this.requestId);
  }
}

/** The last 24 digits of the request's id, which is as unique as a trace has to be. */
function newTraceId(time: number, id: string): string {
  const seconds = Math.floor(time / 1000)
    .toString(16)
    .padStart(8, '0');
  const digits = id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24);
  return `Root=1-${seconds}-${digits}`;
}
