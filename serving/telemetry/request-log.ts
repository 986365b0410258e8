import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { LineWriter } from './log-line.ts';
import type { Trace } from './trace.ts';

export interface RequestLogOptions {
  readonly line: LineWriter;
  readonly write: (line: string) => void;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  readonly epochMillis: () => number;
  /** Whether the environment was started ahead of any request, so that none pays for the start. */
  readonly startedAhead: boolean;
}

/** Where the middlewares of one request keep its trace. */
export interface Internal extends Record<string, unknown> {
  trace: Trace;
}

export type RequestLog = MiddlewareObj<unknown, unknown, Error, Context, Internal>;

/** Outermost middleware: one line for each request, whatever became of it. */
export function requestLog(options: RequestLogOptions): RequestLog {
  const { line, write, now, epochMillis } = options;
  let first = !options.startedAhead;
  const finish = ({ internal: { trace } }: { internal: Internal }) => {
    write(`${line(trace, now() - trace.start, epochMillis())}\n`);
  };
  return {
    before: (request) => {
      // A caller other than Lambda may hand in no context at all.
      const { awsRequestId } = (request.context ?? {}) as Partial<Context>;
      request.internal.trace = {
        requestId: awsRequestId ?? 'none',
        start: now(),
        isInference: false,
        coldStart: first,
      };
      first = false;
    },
    after: finish,
    onError: finish,
  };
}
