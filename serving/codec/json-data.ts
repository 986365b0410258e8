import { limits } from '../contract/limits.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { quote } from '../protocol/quote.ts';
import type { EnvelopeInput } from '../protocol/request.ts';
import { shapeText, type Tensor } from '../protocol/tensor.ts';
import { readBytes } from './json-bytes.ts';
import { liftedElements, liftedNumbers } from './json-lifted.ts';
import { readNumbers } from './json-numbers.ts';
import { NumberArray } from './number-scanner/number-array.ts';

/**
 * A tensor from its JSON data: flat, nested to the natural rank, or nested partly. The nesting must
 * say the same as the shape: a transposed or ragged array with the right count is a mistake.
 */
export function readJsonTensor(input: EnvelopeInput, json: unknown): Tensor {
  if (json instanceof NumberArray) return readLifted(input, json);
  const flat = flatten(input, json);
  checkCount(input, flat.length);
  return tensorOf(input, flat);
}

/** The scanner's numbers: it has looked at every element and level already. */
function readLifted(input: EnvelopeInput, lifted: NumberArray): Tensor {
  if (lifted.ragged) throw ragged(input);
  if (lifted.shape.length > 1) checkNesting(input, lifted.shape);
  checkCount(input, lifted.count);
  const { name, datatype, shape } = input;
  if (datatype !== 'BYTES') {
    const data = liftedNumbers(datatype, lifted);
    if (data) return { name, datatype, shape, data };
  }
  return tensorOf(input, liftedElements(lifted));
}

function checkCount({ at, shape, count }: EnvelopeInput, found: number): void {
  if (found === count) return;
  throw bad(`${at}: shape ${shapeText(shape)} asks for ${count} elements, but data has ${found}`);
}

function tensorOf(input: EnvelopeInput, flat: readonly unknown[]): Tensor {
  const { name, shape } = input;
  if (input.datatype === 'BYTES') {
    return { name, datatype: 'BYTES', shape, data: readBytes(input, flat) };
  }
  return { name, datatype: input.datatype, shape, data: readNumbers(input, input.datatype, flat) };
}

function flatten(input: EnvelopeInput, json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) {
    // The natural rank of a scalar is no array at all.
    if (input.shape.length === 0) return [json];
    throw bad(`${input.at}: data must be an array, but is ${quote(json)}`);
  }
  if (!Array.isArray(json[0])) return json;
  const nesting = nestingOf(input, json);
  checkNesting(input, nesting);
  const out: unknown[] = [];
  collect(input, json, nesting, 0, out);
  return out;
}

/** Lengths along the first element of every level. */
function nestingOf(input: EnvelopeInput, json: readonly unknown[]): number[] {
  const nesting: number[] = [];
  let level: unknown = json;
  while (Array.isArray(level)) {
    nesting.push(level.length);
    if (nesting.length > limits.jsonDepth) {
      throw bad(`${input.at}: data is nested deeper than ${limits.jsonDepth} levels`);
    }
    level = level[0];
  }
  return nesting;
}

function checkNesting({ at, shape }: EnvelopeInput, nesting: readonly number[]): void {
  if (agree(nesting, shape)) return;
  throw bad(
    `${at}: data is nested as ${shapeText(nesting)}, which does not match the shape ${shapeText(shape)}`,
  );
}

/** Whether the nesting is the shape with neighbouring dimensions merged; lengths of 1 say nothing. */
function agree(nesting: readonly number[], shape: readonly number[]): boolean {
  const wanted = shape.filter((dimension) => dimension !== 1);
  if (wanted.includes(0)) return nesting.includes(0);
  let axis = 0;
  for (const length of nesting) {
    if (length === 1) continue;
    let merged = 1;
    while (merged < length && axis < wanted.length) merged *= wanted[axis++] as number;
    if (merged !== length) return false;
  }
  return axis === wanted.length;
}

function collect(
  input: EnvelopeInput,
  array: readonly unknown[],
  nesting: readonly number[],
  depth: number,
  out: unknown[],
): void {
  if (array.length !== nesting[depth]) throw ragged(input);
  const innermost = depth === nesting.length - 1;
  for (const element of array) {
    if (innermost) out.push(element);
    else if (Array.isArray(element)) collect(input, element, nesting, depth + 1, out);
    else throw ragged(input);
  }
}

function ragged(input: EnvelopeInput): SiskinError {
  return bad(
    `${input.at}: data is ragged: arrays of one level differ in length or kind, which does not match the shape ${shapeText(input.shape)}`,
  );
}

function bad(message: string): SiskinError {
  return new SiskinError('bad_tensor', message);
}
