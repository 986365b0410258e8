/** What every error of the functions means. docs/errors.md holds the same table; a test compares. */
export interface ErrorEntry {
  readonly status: number;
  /** Whether the same request may succeed when it is sent again. */
  readonly retryable: boolean;
  /** When it happens, in the caller's words. */
  readonly sentence: string;
}

const entry = (status: number, sentence: string, retryable = false): ErrorEntry => ({
  status,
  retryable,
  sentence,
});

export const errorCatalogue = {
  bad_event: entry(400, 'The function was invoked with something else than an API request.'),
  bad_path: entry(400, 'The path holds a percent sign that does not begin an encoded character.'),
  bad_body: entry(400, 'The body is empty, not UTF-8, not JSON, or not what its encoding says.'),
  bad_request: entry(400, 'A field of the request is missing, unknown or of the wrong kind.'),
  bad_tensor: entry(400, "A tensor's data does not fit its datatype or its shape."),
  bad_binary: entry(400, 'The lengths of the binary form do not agree with the body.'),
  signature_mismatch: entry(400, "Inputs or outputs are not those of the model's signature."),
  bytes_not_text: entry(400, 'BYTES are not UTF-8 where text is needed.'),
  route_not_found: entry(404, 'The path is none of this API.'),
  model_not_found: entry(404, 'No model has this name.'),
  version_not_found: entry(404, 'The model has no such version.'),
  method_not_allowed: entry(405, 'The path exists, but not for this method; see the Allow header.'),
  request_timeout: entry(408, "The request's own timeout parameter has passed.", true),
  body_too_large: entry(413, 'A body expands beyond the bound, or beyond what an endpoint takes.'),
  answer_too_large: entry(413, 'The answer would be larger than Lambda can return.'),
  encoding_not_supported: entry(415, 'Content-Encoding is neither gzip nor deflate.'),
  model_error: entry(500, 'The model failed while it computed.'),
  internal: entry(500, 'A defect of the server; the log has the details under the request id.'),
  not_offered: entry(501, 'The protocol knows this, but this server does not offer it.'),
  model_not_ready: entry(
    503,
    'The model could not be loaded, or its endpoint has no capacity now.',
    true,
  ),
  deadline_exceeded: entry(504, "The function's time ran out before the answer was there.", true),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;
