import { type AnswerBody, decodeRequest, encodeResponse, roomForBody } from '../codec/codecs.ts';
import { acceptedEncoding, expandBody } from '../codec/content-encoding.ts';
import type { ManifestVersion } from '../contract/manifest.ts';
import type { DataPlane } from '../data-plane.ts';
import type { Soon } from '../engine/soon.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { bodyReply, type HttpReply } from '../http/http-reply.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { quote } from '../protocol/quote.ts';
import type { InferenceRequest } from '../protocol/request.ts';
import type { InferenceResponse } from '../protocol/response.ts';
import type { Addressed } from './model-routes.ts';

export interface InferOptions {
  readonly plane: DataPlane;
  readonly now: () => number;
  readonly epochMillis: () => number;
}

const headerLengthName = 'inference-header-content-length';

/** Bytes to tensors, through the model, to bytes; and what that took. */
export function infer(
  options: InferOptions,
  request: HttpRequest,
  { version, deadline }: Addressed,
): Soon<HttpReply> {
  const { plane, now } = options;
  const { trace } = request;
  const failed = (cause: unknown): never => {
    plane.statistics.failed(version.version, now() - trace.start);
    throw cause;
  };
  try {
    const inference = readInference(request, version);
    trace.decodeMs = now() - trace.start;
    trace.batchSize = batchSizeOf(inference);
    const response = plane.infer(version, inference, {
      deadline,
      origin: request,
      generateId: () => request.requestId,
      onInference: (milliseconds) => {
        trace.inferenceMs = milliseconds;
      },
    });
    if (!(response instanceof Promise)) return answer(options, request, response);
    return response.then((later) => answer(options, request, later)).catch(failed);
  } catch (cause) {
    return failed(cause);
  }
}

function answer(
  { plane, now, epochMillis }: InferOptions,
  request: HttpRequest,
  response: InferenceResponse,
): HttpReply {
  const { trace } = request;
  const answered = now();
  const reply = replyOf(encodeResponse(response), request.header('accept-encoding'));
  const end = now();
  trace.encodeMs = end - answered;
  plane.statistics.succeeded(response.modelVersion, {
    batchSize: trace.batchSize ?? 1,
    decode: trace.decodeMs ?? 0,
    inference: trace.inferenceMs ?? 0,
    encode: trace.encodeMs,
    total: end - trace.start,
    at: epochMillis(),
  });
  return reply;
}

/** The request's tensors, whatever form its body has. */
export function readInference(request: HttpRequest, version: ManifestVersion): InferenceRequest {
  const headerLength = parseHeaderLength(request.header(headerLengthName));
  const encoding = request.header('content-encoding');
  const bytes = encoding
    ? expandBody(request.body(), encoding)
    : request.body((length) => roomForBody(length, headerLength));
  return decodeRequest({ bytes, headerLength }, version);
}

function parseHeaderLength(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,15}$/.test(header.trim())) return Number(header);
  throw new SiskinError(
    'bad_binary',
    `Inference-Header-Content-Length must be a number of bytes, but is ${quote(header)}`,
  );
}

function batchSizeOf({ inputs }: InferenceRequest): number {
  return inputs[0]?.shape[0] ?? 1;
}

function replyOf(answer: AnswerBody, accept: string | undefined): HttpReply {
  const headers: Record<string, string> =
    'text' in answer
      ? { 'content-type': 'application/json' }
      : {
          'content-type': 'application/octet-stream',
          [headerLengthName]: String(answer.headerLength),
        };
  const encoding = acceptedEncoding(accept);
  const plain = 'text' in answer ? answer.text : answer.bytes;
  if (!encoding) return bodyReply(plain, headers);
  const compressed = encoding.compress(Buffer.from(plain as Buffer));
  return bodyReply(compressed, {
    ...headers,
    'content-encoding': encoding.name,
    vary: 'accept-encoding',
  });
}
