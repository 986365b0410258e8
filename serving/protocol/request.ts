import type { Datatype } from '../contract/datatype.ts';
import { datatypes } from '../contract/datatype.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { datatypeNamed } from './datatype-table.ts';
import { isObject, type JsonObject, own, readParameters, requestHints } from './parameters.ts';
import { quote } from './quote.ts';
import { elementCount, type Tensor } from './tensor.ts';

/** An inference request whose tensors are decoded, whatever form they came in. */
export interface InferenceRequest {
  readonly id: string | undefined;
  readonly hints: RequestHints;
  readonly inputs: readonly Tensor[];
  /** Undefined: every output, in the signature's order. */
  readonly outputs: readonly RequestedOutput[] | undefined;
}

/** The request's parameters that have a meaning here; others are tolerated. */
export interface RequestHints {
  /** Whether outputs come back in binary form, unless an output says otherwise. */
  readonly binaryOutput: boolean;
  /** How BYTES are spelled in JSON: 'base64', else as text. */
  readonly contentType: string | undefined;
  /** The caller's own soft deadline, microseconds. */
  readonly timeoutMicros: number | undefined;
}

export interface RequestedOutput {
  readonly name: string;
  readonly binary: boolean | undefined;
  /** Number of best classes wanted in place of the tensor. */
  readonly classification: number | undefined;
  readonly contentType: string | undefined;
}

/** An output that is wanted as the request's hints say. */
export function plainOutput(name: string): RequestedOutput {
  return { name, binary: undefined, classification: undefined, contentType: undefined };
}

/** The request's JSON with every field checked, except the tensors' data. */
export interface Envelope {
  readonly id: string | undefined;
  readonly hints: RequestHints;
  readonly inputs: readonly EnvelopeInput[];
  readonly outputs: readonly RequestedOutput[] | undefined;
}

export interface EnvelopeInput {
  /** Where the input stands, for messages: `inputs[0] "x"`. */
  readonly at: string;
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** Elements that the shape asks for. */
  readonly count: number;
  readonly contentType: string | undefined;
  readonly source: { readonly json: unknown } | { readonly binarySize: number };
}

export const noHints: RequestHints = {
  binaryOutput: false,
  contentType: undefined,
  timeoutMicros: undefined,
};

export function parseEnvelope(value: unknown): Envelope {
  if (!isObject(value)) throw bad(`the request must be a JSON object, but is ${quote(value)}`);
  const id = own(value, 'id');
  if (id !== undefined && id !== null && typeof id !== 'string') {
    throw bad(`id must be a string, but is ${quote(id)}`);
  }
  const inputs = own(value, 'inputs');
  if (!Array.isArray(inputs)) {
    throw bad(`inputs must be an array of tensors, but is ${describe(inputs)}`);
  }
  const outputs = own(value, 'outputs');
  if (outputs !== undefined && outputs !== null && !Array.isArray(outputs)) {
    throw bad(`outputs must be an array, but is ${quote(outputs)}`);
  }
  const hints = requestHints(readParameters(value, 'parameters'));
  return {
    id: id ?? undefined,
    hints,
    inputs: inputs.map((input, index) => parseInput(input, `inputs[${index}]`, hints)),
    // An empty list asks for nothing in particular, which is everything: clients send it by default.
    outputs: outputs?.length ? outputs.map(parseOutput) : undefined,
  };
}

function parseInput(value: unknown, place: string, hints: RequestHints): EnvelopeInput {
  if (!isObject(value)) throw bad(`${place} must be an object, but is ${quote(value)}`);
  const name = parseName(value, place);
  const at = `${place} ${quote(name)}`;
  const datatypeText = own(value, 'datatype');
  const datatype = typeof datatypeText === 'string' ? datatypeNamed(datatypeText) : undefined;
  if (!datatype) {
    throw bad(
      `${at}: datatype must be one of ${datatypes.join(', ')}, but is ${describe(datatypeText)}`,
    );
  }
  const shape = parseShape(own(value, 'shape'), at);
  const count = elementCount(shape);
  if (count === undefined) {
    throw bad(`${at}: shape ${quote(shape.join(' x '))} asks for more elements than can exist`);
  }
  const parameters = readParameters(value, `${at}: parameters`);
  const hint = own(parameters, 'content_type');
  const contentType = typeof hint === 'string' ? hint : hints.contentType;
  return {
    at,
    name,
    datatype,
    shape,
    count,
    contentType,
    source: parseSource(value, parameters, at),
  };
}

function parseSource(value: JsonObject, parameters: JsonObject, at: string) {
  const json = own(value, 'data');
  const binarySize = own(parameters, 'binary_data_size');
  if (own(parameters, 'shared_memory_region') !== undefined) {
    throw bad(`${at}: shared memory is not offered; send the tensor as data or in binary form`);
  }
  if (binarySize === undefined) {
    if (json === undefined) {
      throw bad(`${at}: has neither data nor parameters.binary_data_size; give one of them`);
    }
    return { json };
  }
  if (json !== undefined) {
    throw bad(`${at}: has both data and parameters.binary_data_size; give one of them`);
  }
  if (!Number.isSafeInteger(binarySize) || (binarySize as number) < 0) {
    throw bad(
      `${at}: parameters.binary_data_size must be a number of bytes, but is ${quote(binarySize)}`,
    );
  }
  return { binarySize: binarySize as number };
}

function parseShape(value: unknown, at: string): number[] {
  if (!Array.isArray(value)) {
    throw bad(`${at}: shape must be an array of dimensions, but is ${describe(value)}`);
  }
  for (let index = 0; index < value.length; index += 1) {
    const dimension: unknown = value[index];
    if (!Number.isSafeInteger(dimension) || (dimension as number) < 0) {
      throw bad(
        `${at}: shape[${index}] must be a whole number from 0 to 9007199254740991, but is ${quote(dimension)}`,
      );
    }
  }
  return value;
}

function parseOutput(value: unknown, index: number): RequestedOutput {
  const place = `outputs[${index}]`;
  if (!isObject(value)) throw bad(`${place} must be an object, but is ${quote(value)}`);
  const name = parseName(value, place);
  const at = `${place} ${quote(name)}`;
  const parameters = readParameters(value, `${at}: parameters`);
  if (own(parameters, 'shared_memory_region') !== undefined) {
    throw bad(`${at}: shared memory is not offered; take the tensor as data or in binary form`);
  }
  const binary = own(parameters, 'binary_data');
  if (binary !== undefined && typeof binary !== 'boolean') {
    throw bad(`${at}: parameters.binary_data must be true or false, but is ${quote(binary)}`);
  }
  const classes = own(parameters, 'classification');
  if (classes !== undefined && !(Number.isSafeInteger(classes) && (classes as number) >= 0)) {
    throw bad(
      `${at}: parameters.classification must be a number of classes, but is ${quote(classes)}`,
    );
  }
  const contentType = own(parameters, 'content_type');
  return {
    name,
    binary,
    classification: (classes as number | undefined) || undefined,
    contentType: typeof contentType === 'string' ? contentType : undefined,
  };
}

function parseName(value: JsonObject, place: string): string {
  const name = own(value, 'name');
  if (typeof name !== 'string')
    throw bad(`${place}: name must be a string, but is ${describe(name)}`);
  return name;
}

function describe(value: unknown): string {
  return value === undefined ? 'missing' : quote(value);
}

function bad(message: string): SiskinError {
  return new SiskinError('bad_request', message);
}
