import type { InferenceRequest } from '../protocol/request.ts';
import type { Signature } from '../protocol/signature-match.ts';

/** A request body after its content encoding is undone. */
export interface RequestBody {
  readonly bytes: Buffer;
  /** Value of Inference-Header-Content-Length: bytes of JSON at the front of the body. */
  readonly headerLength: number | undefined;
}

/** One form that an inference request may have. */
export interface Codec {
  readonly name: string;
  readonly applies: (body: RequestBody) => boolean;
  readonly decode: (body: RequestBody, signature: Signature) => InferenceRequest;
}
