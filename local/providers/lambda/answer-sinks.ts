import { BodyCollector } from './body-collector.ts';
import type { StreamSink } from './invocation.ts';
import { limits } from './limits.ts';
import type { Outcome } from './outcome.ts';
import { ACCEPTED, type Answer, type ApiRequest, type RequestSink } from './runtime-api.ts';
import { brokenStream, refusal, tooLarge } from './runtime-replies.ts';

/** Takes the answer to an event, and at its end tells how the invocation ended. */
export function answerSink(
  { headers }: ApiRequest,
  length: number | undefined,
  stream: StreamSink | undefined,
  answer: Answer,
  finish: (outcome: Outcome) => void,
): RequestSink {
  const streaming = headers['lambda-runtime-function-response-mode'] === 'streaming';
  if (stream) stream.begin(headers['content-type'] ?? 'application/octet-stream');
  const body = new BodyCollector(limits.responseBytes, length);
  return {
    body: (chunk) => (stream ? stream.chunk(chunk) : body.add(chunk)),
    end: (trailers) => {
      if (body.tooLarge) {
        answer(refusal('413 Payload Too Large', 'Function.ResponseSizeTooLarge'));
        finish(tooLarge(body.size));
        return;
      }
      answer(ACCEPTED);
      finish((streaming && brokenStream(trailers)) || { kind: 'answer', payload: body.take() });
    },
  };
}

/** Takes the report of an error: of an event's handler, or of a function that cannot be loaded. */
export function errorSink(
  { headers }: ApiRequest,
  length: number | undefined,
  answer: Answer,
  finish: (outcome: Extract<Outcome, { kind: 'error' }>) => void,
): RequestSink {
  const errorType = headers['lambda-runtime-function-error-type'] ?? 'Unhandled';
  const body = new BodyCollector(limits.responseBytes, length);
  return {
    body: (chunk) => body.add(chunk),
    end: () => {
      answer(ACCEPTED);
      finish({ kind: 'error', errorType, payload: body.take() });
    },
  };
}
