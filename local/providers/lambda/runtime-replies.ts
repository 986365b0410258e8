import type { Invocation } from './invocation.ts';
import { limits } from './limits.ts';
import { errorOutcome, type Outcome } from './outcome.ts';
import type { Headers } from './runtime/http-message.ts';
import { type ReplyBytes, reply } from './runtime-api.ts';

/**
 * The answer to `next`. Nobody knows yet when an event that is given ahead will begin: it comes with the
 * time that it may take from then on.
 */
export function eventReply(invocation: Invocation, deadline: number): ReplyBytes {
  const { requestId, functionArn, traceId, clientContext, payload, isMarked } = invocation;
  const context = clientContext ? `Lambda-Runtime-Client-Context: ${clientContext}\r\n` : '';
  const turn = isMarked ? `Siskin-Turn-Timeout-Ms: ${invocation.timeoutMs}\r\n` : '';
  const headers = `Content-Type: application/json\r\n${turn}Lambda-Runtime-Aws-Request-Id: ${requestId}\r\nLambda-Runtime-Deadline-Ms: ${Math.round(deadline)}\r\nLambda-Runtime-Invoked-Function-Arn: ${functionArn}\r\nLambda-Runtime-Trace-Id: ${traceId}\r\n${context}`;
  return reply('200 OK', headers, payload);
}

export function refusal(status: string, errorType: string): ReplyBytes {
  return reply(status, 'Content-Type: application/json\r\n', JSON.stringify({ errorType }));
}

export function tooLarge(size: number): Outcome {
  return errorOutcome(
    'Function.ResponseSizeTooLarge',
    `Response payload size (${size} bytes) exceeded maximum allowed payload size (${limits.responseBytes} bytes).`,
  );
}

/** What broke a streamed answer off, if its trailers tell of something. */
export function brokenStream(trailers: Headers): Outcome | undefined {
  const errorType = trailers['lambda-runtime-function-error-type'];
  if (!errorType) return undefined;
  const payload = Buffer.from(trailers['lambda-runtime-function-error-body'] ?? '', 'base64');
  return { kind: 'broken-stream', errorType, payload };
}
