import type { Context } from 'aws-lambda';
import { SiskinError } from '../error/siskin-error.ts';
import { quote } from '../protocol/quote.ts';
import type { Trace } from '../telemetry/trace.ts';

/** An HTTP request as the functions see it, whatever event brought it. */
export interface HttpRequest {
  readonly method: string;
  /** Percent-encoded, as the caller sent it. */
  readonly path: string;
  readonly header: (lowerCaseName: string) => string | undefined;
  /** The body's bytes, in the memory that `room` gives for so many. */
  readonly body: (room?: (length: number) => Buffer) => Buffer;
  readonly requestId: string;
  /** Milliseconds until the function's time runs out. */
  readonly remainingMillis: () => number;
  readonly trace: Trace;
}

/** From an API Gateway REST proxy event (payload version 1). */
export function fromProxyEvent(event: unknown, context: unknown, trace: Trace): HttpRequest {
  if (typeof event !== 'object' || event === null) throw strange(`the event is ${quote(event)}`);
  const { httpMethod, path, headers, body, isBase64Encoded } = event as Record<string, unknown>;
  if (typeof httpMethod !== 'string') throw strange(`httpMethod is ${quote(httpMethod)}`);
  if (typeof path !== 'string') throw strange(`path is ${quote(path)}`);
  if (body !== null && body !== undefined && typeof body !== 'string') {
    throw strange(`body is ${quote(body)}`);
  }
  const { awsRequestId, getRemainingTimeInMillis } = (context ?? {}) as Partial<Context>;
  return {
    method: httpMethod.toUpperCase(),
    path,
    header: (name) => headerNamed(headers, name),
    body: (room) => bodyBytes(body ?? '', isBase64Encoded === true, room),
    requestId: awsRequestId ?? trace.requestId,
    remainingMillis: () => getRemainingTimeInMillis?.call(context) ?? Number.POSITIVE_INFINITY,
    trace,
  };
}

/** By a look through the event's headers: few are asked for, and lengths tell most names apart. */
function headerNamed(headers: unknown, name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  // An event is JSON and inherits no member; a list of its keys would be made anew for each name.
  for (const key in headers) {
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    const value = (headers as Record<string, unknown>)[key];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

/** Decoded straight into its place: a copy would cost as much as decoding. */
function bodyBytes(
  body: string,
  isBase64: boolean,
  room: (length: number) => Buffer = Buffer.allocUnsafe,
): Buffer {
  const encoding = isBase64 ? 'base64' : 'utf8';
  const bytes = room(Buffer.byteLength(body, encoding));
  const written = bytes.write(body, encoding);
  // Base64 may hold line breaks.
  return written === bytes.length ? bytes : bytes.subarray(0, written);
}

function strange(what: string): SiskinError {
  return new SiskinError(
    'bad_event',
    `this function answers API Gateway REST proxy events (payload version 1), but ${what}`,
  );
}
