import { SiskinError } from '../error/siskin-error.ts';
import { type NumericDatatype, numericTypes, type TensorData } from '../protocol/datatype-table.ts';
import { exactHalf, type HalfDatatype, halfToNumber, nearestHalf } from '../protocol/half.ts';
import { NumberToken } from '../protocol/number-token.ts';
import { quote } from '../protocol/quote.ts';
import type { EnvelopeInput } from '../protocol/request.ts';

type Place = Pick<EnvelopeInput, 'at'>;

/** JSON elements into the datatype's array: each exact, or refused with its index and value. */
export function readNumbers(
  place: Place,
  datatype: NumericDatatype,
  elements: readonly unknown[],
): TensorData {
  const type = numericTypes[datatype];
  switch (type.kind) {
    case 'float':
      return readFloats(place, datatype as 'FP32' | 'FP64', elements);
    case 'integer':
      return readIntegers(place, datatype, elements);
    case 'long':
      return readLongs(place, datatype as 'INT64' | 'UINT64', elements);
    case 'half':
      return readHalves(place, datatype as HalfDatatype, elements);
    case 'bool':
      return readBooleans(place, elements);
  }
}

function readFloats(
  place: Place,
  datatype: 'FP32' | 'FP64',
  elements: readonly unknown[],
): TensorData {
  const length = elements.length;
  const out = datatype === 'FP32' ? new Float32Array(length) : new Float64Array(length);
  for (let index = 0; index < length; index += 1) {
    const element = elements[index];
    if (typeof element === 'number') {
      out[index] = element;
      const stored = out[index] as number;
      // Only an overflow is not its own difference to zero here: JSON has no NaN.
      if (stored - stored === 0) continue;
    }
    out[index] = special(place, datatype, index, element);
  }
  return out;
}

/** Everything that is a float in a request without being a finite number that fits. */
function special(place: Place, datatype: NumericDatatype, index: number, element: unknown): number {
  const text = element instanceof NumberToken ? element.text : element;
  switch (text) {
    case null:
    case 'NaN':
      return Number.NaN;
    case 'Infinity':
      return Number.POSITIVE_INFINITY;
    case '-Infinity':
      return Number.NEGATIVE_INFINITY;
  }
  const isNumber = typeof element === 'bigint' || typeof element === 'number';
  if (!isNumber && !(element instanceof NumberToken)) {
    throw bad(place, index, element, `is not a number, as ${datatype} needs`);
  }
  const value = Number(text);
  const stored = datatype === 'FP64' ? value : Math.fround(value);
  if (Number.isFinite(stored)) return value;
  throw bad(place, index, element, `is beyond the range of ${datatype}`);
}

function readIntegers(
  place: Place,
  datatype: NumericDatatype,
  elements: readonly unknown[],
): TensorData {
  const out = new numericTypes[datatype].array(elements.length) as Int32Array;
  for (let index = 0; index < elements.length; index += 1) {
    const element = elements[index];
    if (typeof element === 'number') {
      out[index] = element;
      // Storing wraps and cuts: what reads back the same was in range and whole.
      if (out[index] === element) continue;
    }
    throw notInteger(place, datatype, index, element);
  }
  return out;
}

function readLongs(
  place: Place,
  datatype: 'INT64' | 'UINT64',
  elements: readonly unknown[],
): TensorData {
  const length = elements.length;
  const out = datatype === 'INT64' ? new BigInt64Array(length) : new BigUint64Array(length);
  for (let index = 0; index < length; index += 1) {
    const element = elements[index];
    const whole = Number.isSafeInteger(element) ? BigInt(element as number) : element;
    if (typeof whole === 'bigint') {
      out[index] = whole;
      if (out[index] === whole) continue;
    }
    throw notInteger(place, datatype, index, element);
  }
  return out;
}

function readHalves(
  place: Place,
  datatype: HalfDatatype,
  elements: readonly unknown[],
): TensorData {
  const out = new Uint16Array(elements.length);
  for (let index = 0; index < elements.length; index += 1) {
    const element = elements[index];
    const value =
      typeof element === 'number' && Number.isFinite(element)
        ? element
        : special(place, datatype, index, element);
    const bits = exactHalf(datatype, value);
    if (bits === undefined) {
      const nearest = halfToNumber(datatype, nearestHalf(datatype, value));
      throw bad(
        place,
        index,
        element,
        Number.isFinite(nearest)
          ? `is not exactly a ${datatype}; the nearest is ${nearest}: send that, or use the binary form`
          : `is beyond the range of ${datatype}`,
      );
    }
    out[index] = bits;
  }
  return out;
}

function readBooleans(place: Place, elements: readonly unknown[]): TensorData {
  const out = new Uint8Array(elements.length);
  for (let index = 0; index < elements.length; index += 1) {
    const element = elements[index];
    // The protocol's own example spells a boolean as a string.
    if (element === true || element === 1 || element === 'true') out[index] = 1;
    else if (element !== false && element !== 0 && element !== 'false') {
      throw bad(place, index, element, 'is not true or false, as BOOL needs');
    }
  }
  return out;
}

function notInteger(
  place: Place,
  datatype: NumericDatatype,
  index: number,
  element: unknown,
): SiskinError {
  const [lowest, highest] = numericTypes[datatype].range ?? [];
  return bad(
    place,
    index,
    element,
    `is not an integer from ${lowest} to ${highest}, as ${datatype} needs`,
  );
}

function bad(place: Place, index: number, element: unknown, problem: string): SiskinError {
  return new SiskinError('bad_tensor', `${place.at}: data[${index}] ${quote(element)} ${problem}`);
}
