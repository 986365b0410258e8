import { finished } from 'node:stream/promises';
import { logError, running } from './console-patch.ts';
import { errorReport, RuntimeError } from './error-report.ts';
import type { Handler } from './handler.ts';
import { isStreaming, ResponseStream } from './response-stream.ts';
import type { Reply, RuntimeApiClient } from './runtime-api-client.ts';
import { TURN_MARK } from './turn-mark.ts';

/** Milliseconds that an event may take from when it begins, which is to be told in the output. */
const TURN = 'siskin-turn-timeout-ms';
/** Reading one's own memory is a system call or three: often enough to see a peak, no more. */
const MEMORY_INTERVAL_MS = 250;

let measuredAt = Number.NEGATIVE_INFINITY;
let memoryHeader = '';

/** An event that was asked for; in an object, since a promise of a promise cannot be had. */
export interface Coming {
  readonly event: Promise<Reply>;
}

/** Runs the handler on one event, answers, and asks for one more. */
export async function runInvocation(
  client: RuntimeApiClient,
  handler: Handler,
  next: Reply,
): Promise<Coming> {
  const requestId = next.headers['lambda-runtime-aws-request-id'] as string;
  if (next.headers[TURN]) process.stdout.write(`${TURN_MARK}${requestId}\n`);
  running.requestId = requestId;
  setTraceId(next.headers['lambda-runtime-trace-id']);
  const context = newContext(next, requestId);
  let event: unknown;
  try {
    event = JSON.parse(next.body);
  } catch (error) {
    const malformed = new RuntimeError('MalformedEvent', (error as Error).message);
    return done(
      client.fail(requestId, JSON.stringify(errorReport(malformed)), errorHeader(malformed)),
    );
  }
  if (isStreaming(handler)) return runStreaming(client, handler, requestId, event, context);
  try {
    const result = await handler(event, context);
    return done(client.respond(requestId, JSON.stringify(result) ?? 'null', memoryUsed()));
  } catch (error) {
    return fail(client, requestId, error);
  }
}

async function runStreaming(
  client: RuntimeApiClient,
  handler: Handler,
  requestId: string,
  event: unknown,
  context: object,
): Promise<Coming> {
  const stream = new ResponseStream(client, requestId);
  try {
    await Promise.all([handler(event, stream, context), finished(stream)]);
    return done(client.next());
  } catch (error) {
    if (!stream.begun) return fail(client, requestId, error);
    logError('Invoke Error', error);
    await stream.fail(error);
    return done(client.next());
  }
}

function fail(client: RuntimeApiClient, requestId: string, error: unknown): Coming {
  logError('Invoke Error', error);
  const body = JSON.stringify(errorReport(error));
  return done(client.fail(requestId, body, errorHeader(error) + memoryUsed()));
}

/** The answer is on its way: what the process does from here on belongs to no invocation. */
function done(event: Promise<Reply>): Coming {
  running.requestId = undefined;
  return { event };
}

/** Header values carry no line ends, whatever an error's name may hold. */
export function errorHeader(error: unknown): string {
  const type = errorReport(error).errorType.replace(/[^\x20-\x7e]/g, '?');
  return `Lambda-Runtime-Function-Error-Type: ${type}\r\n`;
}

function memoryUsed(): string {
  const now = performance.now();
  if (now - measuredAt >= MEMORY_INTERVAL_MS) {
    measuredAt = now;
    memoryHeader = `Siskin-Memory-Used: ${process.memoryUsage.rss()}\r\n`;
  }
  return memoryHeader;
}

function setTraceId(traceId: string | undefined): void {
  if (traceId) process.env._X_AMZN_TRACE_ID = traceId;
  else delete process.env._X_AMZN_TRACE_ID;
}

/** What every invocation's context has in common. */
interface Identity {
  readonly functionName: string | undefined;
  readonly functionVersion: string | undefined;
  readonly memoryLimitInMB: string | undefined;
  readonly logGroupName: string | undefined;
  readonly logStreamName: string | undefined;
}

let identity: Identity | undefined;

/** Read once: each look at process.env asks the C library. */
function ownIdentity(): Identity {
  const { env } = process;
  return {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
  };
}

function newContext({ headers }: Reply, requestId: string): object {
  const limit = headers[TURN];
  const deadline = limit
    ? Date.now() + Number(limit)
    : Number(headers['lambda-runtime-deadline-ms']);
  const client = headers['lambda-runtime-client-context'];
  identity ??= ownIdentity();
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: identity.functionName,
    functionVersion: identity.functionVersion,
    memoryLimitInMB: identity.memoryLimitInMB,
    logGroupName: identity.logGroupName,
    logStreamName: identity.logStreamName,
    clientContext: client ? JSON.parse(client) : undefined,
    identity: undefined,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}
