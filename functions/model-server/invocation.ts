import { decodeRequest, encodeResponse } from '../../serving/codec/codecs.ts';
import { headerLengthOf, tritonMediaType } from '../../serving/codec/triton-media-type.ts';
import type { DataPlane } from '../../serving/data-plane.ts';
import { Deadline, patience } from '../../serving/deadline.ts';
import { errorCatalogue } from '../../serving/error/catalogue.ts';
import { SiskinError } from '../../serving/error/siskin-error.ts';

/** What came to /invocations. */
export interface Invocation {
  readonly body: Buffer;
  readonly contentType: string | undefined;
}

export interface InvocationAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
}

export interface InvocationOptions {
  readonly plane: DataPlane;
  readonly now: () => number;
  readonly generateId: () => string;
  /** Told of failures that are not the caller's. */
  readonly onFailure: (cause: unknown) => void;
}

const json = 'application/json';

/** An inference request in one of the two forms that Triton takes on SageMaker, answered in them. */
export async function invoke(
  options: InvocationOptions,
  { body, contentType }: Invocation,
): Promise<InvocationAnswer> {
  const { plane, now, generateId } = options;
  try {
    const start = now();
    const version = plane.version(undefined);
    const headerLength = headerLengthOf(contentType);
    const request = decodeRequest({ bytes: body, headerLength }, version);
    // The platform gives up after 60 s and tells nobody here; only the request's own limit is known.
    const deadline = new Deadline(
      () => Number.POSITIVE_INFINITY,
      () => (now() - start) * 1000,
      patience,
    );
    const response = await plane.infer(version, request, {
      deadline,
      generateId,
      onInference: () => {},
    });
    const answer = encodeResponse(response);
    return 'text' in answer
      ? { status: 200, contentType: json, body: answer.text }
      : { status: 200, contentType: tritonMediaType(answer.headerLength), body: answer.bytes };
  } catch (cause) {
    return failure(cause, options.onFailure);
  }
}

function failure(cause: unknown, onFailure: InvocationOptions['onFailure']): InvocationAnswer {
  const known =
    cause instanceof SiskinError
      ? cause
      : new SiskinError('internal', 'the server failed; its log has the details');
  const status = tritonStatus(errorCatalogue[known.code].status);
  if (status >= 500) onFailure(cause);
  return { status, contentType: json, body: JSON.stringify({ error: known.message }) };
}

/** Triton has few statuses: what is none of these is a bad request. */
function tritonStatus(status: number): number {
  return [404, 500, 501, 503].includes(status) ? status : 400;
}
