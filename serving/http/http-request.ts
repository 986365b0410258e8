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
  /** The body's bytes; where a place is given, the byte there suits any typed array. */
  readonly body: (alignAt?: number) => Buffer;
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
    body: (alignAt) => bodyBytes(body ?? '', isBase64Encoded === true, alignAt),
    requestId: awsRequestId ?? trace.requestId,
    remainingMillis: () => getRemainingTimeInMillis?.call(context) ?? Number.POSITIVE_INFINITY,
    trace,
  };
}

/** By a look through the event's headers: few are asked for, and lengths tell most names apart. */
function headerNamed(headers: unknown, name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  for (const key of Object.keys(headers)) {
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    const value = (headers as Record<string, unknown>)[key];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

const widestElement = 8;

/** Decoded straight into its place: a copy for alignment's sake would cost as much as decoding. */
function bodyBytes(body: string, isBase64: boolean, alignAt: number | undefined): Buffer {
  const encoding = isBase64 ? 'base64' : 'utf8';
  if (alignAt === undefined) return Buffer.from(body, encoding);
  const padding = (widestElement - (alignAt % widestElement)) % widestElement;
  // Small ones come out of Node's pool, whose every piece begins at a multiple of eight.
  const bytes = Buffer.allocUnsafe(padding + Buffer.byteLength(body, encoding));
  const written = bytes.write(body, padding, encoding);
  return bytes.subarray(padding, padding + written);
}

function strange(what: string): SiskinError {
  return new SiskinError(
    'bad_event',
    `this function answers API Gateway REST proxy events (payload version 1), but ${what}`,
  );
}
