import { tritonBinaryType } from '../contract/endpoint.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { quote } from '../protocol/quote.ts';

/**
 * SageMaker hands a container no header but Content-Type, so Triton carries the length of the JSON in
 * the media type there, in place of Inference-Header-Content-Length.
 */
export function tritonMediaType(headerLength: number): string {
  return `${tritonBinaryType}${headerLength}`;
}

/** The JSON's length that a media type tells; undefined for any other type, where all is JSON. */
export function headerLengthOf(mediaType: string | undefined): number | undefined {
  // As Triton reads it: to the letter, without a space behind the semicolon.
  if (!mediaType?.startsWith(tritonBinaryType)) return undefined;
  const length = mediaType.slice(tritonBinaryType.length);
  if (/^\d{1,15}$/.test(length)) return Number(length);
  throw new SiskinError(
    'bad_binary',
    `json-header-size in the content type must be a number of bytes, but is ${quote(length)}`,
  );
}
