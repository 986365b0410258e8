import type { InferenceRequest } from '../protocol/request.ts';
import type { InferenceResponse, ResponseOutput } from '../protocol/response.ts';
import type { Signature } from '../protocol/signature-match.ts';
import { bytesOfTensor, roomForBinary } from './binary-data.ts';
import { binaryForm } from './binary-form.ts';
import type { Codec, RequestBody } from './codec.ts';
import { roomForJson } from './json-envelope.ts';
import { jsonForm } from './json-form.ts';
import { responseText } from './json-text.ts';
import { rawForm } from './raw-form.ts';

/** Every form of a request; exactly one applies to a body. */
export const codecs: readonly Codec[] = [jsonForm, binaryForm, rawForm];

export function decodeRequest(body: RequestBody, signature: Signature): InferenceRequest {
  const codec = codecs.find(({ applies }) => applies(body)) ?? jsonForm;
  return codec.decode(body, signature);
}

/** Memory for a body of so many bytes, in which the tensors' are where no copy is needed. */
export function roomForBody(length: number, headerLength: number | undefined): Buffer {
  return headerLength === undefined ? roomForJson(length) : roomForBinary(length, headerLength);
}

/** An answer's body: text alone, or bytes whose first `headerLength` are the JSON. */
export type AnswerBody =
  | { readonly text: string }
  | { readonly bytes: Buffer; readonly headerLength: number };

export function encodeResponse(response: InferenceResponse): AnswerBody {
  const blobs: Buffer[] = [];
  const sizes = new Map<ResponseOutput, number>();
  for (const output of response.outputs) {
    if (!output.binary) continue;
    const blob = bytesOfTensor(output.tensor);
    blobs.push(blob);
    sizes.set(output, blob.length);
  }
  const text = responseText(response, sizes);
  if (sizes.size === 0) return { text };
  const header = Buffer.from(text);
  return { bytes: Buffer.concat([header, ...blobs]), headerLength: header.length };
}
