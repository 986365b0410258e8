import { limits } from '../contract/limits.ts';
import { type ErrorCode, errorCatalogue } from '../error/catalogue.ts';
import { SiskinError } from '../error/siskin-error.ts';

/** An HTTP answer. This file is the only place where a status is chosen. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Text goes through the gateway as it is; bytes as base64. */
  readonly body: string | Buffer;
}

/** What Lambda returns to API Gateway. */
export interface ProxyResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

const json = 'application/json';

export function jsonReply(value: unknown): HttpReply {
  return bodyReply(JSON.stringify(value), { 'content-type': json });
}

export function bodyReply(
  body: string | Buffer,
  headers: Readonly<Record<string, string>>,
): HttpReply {
  return { status: 200, headers, body };
}

/** The answer to what is done later. */
export function acceptedReply(value: unknown): HttpReply {
  return { status: 202, headers: { 'content-type': json }, body: JSON.stringify(value) };
}

/** The answer to OPTIONS. */
export function allowReply(allow: string): HttpReply {
  return { status: 204, headers: { allow }, body: '' };
}

/** Only our own errors speak for themselves; any other is a defect, whose text is for the log. */
export function errorReply(error: unknown): HttpReply & { readonly code: ErrorCode } {
  const known =
    error instanceof SiskinError
      ? error
      : new SiskinError(
          'internal',
          'the server failed; its log has the details under the request id',
        );
  const { status, retryable } = errorCatalogue[known.code];
  return {
    status,
    code: known.code,
    headers: {
      'content-type': json,
      'x-siskin-error': known.code,
      ...(retryable ? { 'retry-after': '1' } : {}),
      ...known.headers,
    },
    body: JSON.stringify({ error: known.message }),
  };
}

export function toProxyResult({ status, headers, body }: HttpReply): ProxyResult {
  const isText = typeof body === 'string';
  const result = {
    statusCode: status,
    headers,
    body: isText ? body : body.toString('base64'),
    isBase64Encoded: !isText,
  };
  checkSize(result);
  return result;
}

/** A character of text takes six bytes at most when the result is written as JSON. */
const longestEscape = 6;

function checkSize(result: ProxyResult): void {
  if (result.body.length * longestEscape < limits.lambdaPayload) return;
  const size = Buffer.byteLength(JSON.stringify(result));
  if (size <= limits.lambdaPayload) return;
  throw new SiskinError(
    'answer_too_large',
    `the answer takes ${size} bytes, but Lambda returns at most ${limits.lambdaPayload}; ask for fewer outputs or a smaller batch, for binary outputs, or for a compressed answer (Accept-Encoding: gzip)`,
  );
}
