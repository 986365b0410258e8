import { SiskinError } from '../error/siskin-error.ts';
import { NumberToken } from './number-token.ts';
import { quote } from './quote.ts';
import type { RequestHints } from './request.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof NumberToken)
  );
}

/** A member of the object itself: a key such as "constructor" must not find the prototype's. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

const none: JsonObject = {};

export function readParameters(holder: JsonObject, at: string): JsonObject {
  const parameters = own(holder, 'parameters');
  if (parameters === undefined || parameters === null) return none;
  if (!isObject(parameters)) {
    throw bad(`${at} must be an object, but is ${quote(parameters)}`);
  }
  return parameters;
}

export function requestHints(parameters: JsonObject): RequestHints {
  refuseSequences(parameters);
  const binaryOutput = own(parameters, 'binary_data_output') ?? false;
  if (typeof binaryOutput !== 'boolean') {
    throw bad(`parameters.binary_data_output must be true or false, but is ${quote(binaryOutput)}`);
  }
  const given = own(parameters, 'timeout') ?? 0;
  // The exact reader makes bigints of long numbers; as a time, it need not be exact.
  const timeout = typeof given === 'bigint' ? Number(given) : given;
  if (typeof timeout !== 'number' || !Number.isInteger(timeout) || timeout < 0) {
    throw bad(`parameters.timeout must be whole microseconds, but is ${quote(timeout)}`);
  }
  const contentType = own(parameters, 'content_type');
  return {
    binaryOutput,
    contentType: typeof contentType === 'string' ? contentType : undefined,
    // Zero is the client's way of saying that there is no timeout.
    timeoutMicros: timeout || undefined,
  };
}

/** Every model is stateless here: to answer a sequence as if it were one would be wrong silently. */
function refuseSequences(parameters: JsonObject): void {
  for (const key of ['sequence_start', 'sequence_end']) {
    if (own(parameters, key) === true) {
      throw new SiskinError(
        'not_offered',
        `parameters.${key} is true, but models keep no state between requests; leave it out`,
      );
    }
  }
}

function bad(message: string): SiskinError {
  return new SiskinError('bad_request', message);
}
