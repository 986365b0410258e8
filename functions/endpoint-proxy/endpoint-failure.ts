import { SiskinError } from '../../serving/error/siskin-error.ts';

/** What the SDK throws: one of the runtime's errors, or one of the network. */
interface RuntimeFailure {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly OriginalStatusCode?: number;
  readonly OriginalMessage?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Seconds after which an endpoint that scaled to zero is worth another try: it takes minutes. */
const wakeUpSeconds = 60;

/** One of our errors for whatever the runtime threw: a container's 400 is the caller's 400. */
export function failureOf(cause: unknown): SiskinError {
  if (cause instanceof SiskinError) return cause;
  const failure = cause as RuntimeFailure;
  if (failure.name === 'ModelError') return modelFailure(failure);
  if (failure.name === 'ValidationError') return refusal(failure);
  if (failure.$metadata?.httpStatusCode === 413) {
    return new SiskinError('body_too_large', tooLarge('the request'), { cause });
  }
  if (isPassing(failure)) return notReady("the model's endpoint cannot take it now", cause);
  return new SiskinError('internal', 'the server failed; its log has the details', { cause });
}

/** What to do instead with a request that no endpoint takes. */
export function tooLarge(what: string): string {
  return `${what} is larger than an endpoint takes; send fewer rows, run a batch job over the data, or release the model with sagemaker.async`;
}

/** The container answered, but not with 2xx; 0 stands for no answer at all. */
function modelFailure(failure: RuntimeFailure): SiskinError {
  const { OriginalStatusCode: status = 0, OriginalMessage: original = '' } = failure;
  const message = errorTextOf(original) || failure.message;
  const error = (code: ConstructorParameters<typeof SiskinError>[0], text = message) =>
    new SiskinError(code, text, { cause: failure });
  if (status === 0) {
    return /timed out/i.test(message)
      ? error('deadline_exceeded', 'the model takes longer than its endpoint waits for an answer')
      : notReady("the model's container ended before it answered", failure);
  }
  if (status === 429 || status === 503) return notReady(message, failure);
  // The endpoint has another model: no mistake of the caller, whose route was right.
  if (status === 404) return notReady(`the endpoint refused its model: ${message}`, failure);
  if (status === 408 || status === 504) return error('deadline_exceeded');
  if (status === 413) return error('body_too_large');
  if (status === 501) return error('not_offered');
  // The request was checked already; what is left is an input that only the model itself can judge.
  return error(status < 500 ? 'signature_mismatch' : 'model_error');
}

/** Triton and the model server answer `{"error": text}`; another container may say anything. */
function errorTextOf(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    const error = (parsed as { error?: unknown } | null)?.error;
    return typeof error === 'string' ? error : body;
  } catch {
    return body;
  }
}

/** The runtime's own refusals. None of them is the caller's: the front wrote the request. */
function refusal(failure: RuntimeFailure): SiskinError {
  if (/no capacity/i.test(failure.message)) {
    const message = 'the model has scaled to zero and starts again, which takes minutes';
    const headers = { 'retry-after': String(wakeUpSeconds) };
    return new SiskinError('model_not_ready', message, { cause: failure, headers });
  }
  if (/not found/i.test(failure.message)) {
    return notReady("the model's endpoint does not exist yet", failure);
  }
  return new SiskinError('internal', 'the server failed; its log has the details', {
    cause: failure,
  });
}

const passing = new Set([
  'ModelNotReadyException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'InternalDependencyException',
  'InternalFailure',
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'TimeoutError',
]);

const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT']);

function isPassing({ name, code, $metadata }: RuntimeFailure): boolean {
  const status = $metadata?.httpStatusCode ?? 0;
  return passing.has(name) || networkCodes.has(String(code)) || status === 429 || status >= 500;
}

function notReady(message: string, cause: unknown): SiskinError {
  return new SiskinError('model_not_ready', `${message}; try again`, { cause });
}
