import { readBytes } from '../../codec/json-bytes.ts';
import { readJsonTensor } from '../../codec/json-data.ts';
import { readNumbers } from '../../codec/json-numbers.ts';
import { SiskinError } from '../../error/siskin-error.ts';
import { quote } from '../../protocol/quote.ts';
import { shapeText, type Tensor } from '../../protocol/tensor.ts';
import type { InputSource } from './input-source.ts';
import type { RowInput } from './row-signature.ts';

/**
 * The tensors of one row. Values are as the exact JSON parser gives them: numbers, bigints and number
 * tokens, texts, booleans, null, nested arrays. Throws a SiskinError that names column and value.
 */
export function readRow(
  sources: readonly InputSource[],
  valueIn: (column: string, source: InputSource) => unknown,
): Tensor[] {
  return sources.map((source) => {
    if (source.kind === 'whole') {
      return readWhole(source.input, source.column, valueIn(source.column, source));
    }
    const values = source.columns.map((column) => valueIn(column, source));
    return readElements(source.input, source.columns, values);
  });
}

function readWhole(input: RowInput, column: string, value: unknown): Tensor {
  const at = `column ${quote(column)}`;
  const shape = shapeOf(input, at, value);
  const count = shape.reduce((product, size) => product * size, 1);
  const isElement = !Array.isArray(value);
  const place = { at, name: input.name, datatype: input.datatype, shape, count };
  if (isElement && count !== 1) {
    throw bad(`${at}: ${quote(value)} is one value, but a row has the shape ${shapeText(shape)}`);
  }
  return named(isElement, () =>
    readJsonTensor(
      { ...place, contentType: undefined, source: { json: value } },
      isElement ? [value] : value,
    ),
  );
}

function readElements(
  input: RowInput,
  columns: readonly string[],
  values: readonly unknown[],
): Tensor {
  const { name, shape } = input;
  try {
    return tensorOf(input, shape, `input ${quote(name)}`, values);
  } catch (error) {
    // The message counts elements; the user knows columns.
    columns.forEach((column, index) => {
      named(true, () => tensorOf(input, [1], `column ${quote(column)}`, [values[index]]));
    });
    throw error;
  }
}

function tensorOf(
  { name, datatype }: RowInput,
  shape: readonly number[],
  at: string,
  values: readonly unknown[],
): Tensor {
  return datatype === 'BYTES'
    ? { name, datatype, shape, data: readBytes({ at, contentType: undefined }, values) }
    : { name, datatype, shape, data: readNumbers({ at }, datatype, values) };
}

/** A single value has no index worth telling. */
function named<T>(isElement: boolean, read: () => T): T {
  if (!isElement) return read();
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SiskinError)) throw error;
    throw new SiskinError(error.code, error.message.replace(': data[0] ', ': '));
  }
}

/** The row's own shape, where the signature leaves dimensions free: they follow from the nesting. */
function shapeOf(input: RowInput, at: string, value: unknown): readonly number[] {
  if (input.elements !== undefined) return input.shape;
  const nesting = lengthsOf(value);
  const free = input.shape.filter((size) => size === -1).length;
  if (nesting.length <= 1 && free === 1) {
    const fixed = input.shape.reduce(
      (product, size) => (size === -1 ? product : product * size),
      1,
    );
    const length = (nesting[0] ?? 1) / fixed;
    if (Number.isInteger(length)) return input.shape.map((size) => (size === -1 ? length : size));
  }
  // From the right: the dimension of the row itself need not be written.
  const missing = input.shape.length - nesting.length;
  const shape = input.shape.map((size, axis) =>
    size === -1 ? (axis < missing ? 1 : (nesting[axis - missing] as number)) : size,
  );
  if (missing >= 0) return shape;
  throw bad(
    `${at}: the value is nested as ${shapeText(nesting)}, but a row has the shape ${shapeText(input.shape)}`,
  );
}

function lengthsOf(value: unknown): number[] {
  const lengths: number[] = [];
  // No signature has so many dimensions; the bound keeps hostile nesting from costing anything.
  for (let level = value; Array.isArray(level) && lengths.length < 100; level = level[0]) {
    lengths.push(level.length);
  }
  return lengths;
}

function bad(message: string): SiskinError {
  return new SiskinError('bad_tensor', message);
}
