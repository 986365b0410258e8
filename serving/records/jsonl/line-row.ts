import { isUtf8 } from 'node:buffer';
import { parseExactJson } from '../../codec/exact-json.ts';
import { tensorsOf } from '../../codec/json-form.ts';
import { SiskinError } from '../../error/siskin-error.ts';
import { numericTypes } from '../../protocol/datatype-table.ts';
import { isObject, type JsonObject, own } from '../../protocol/parameters.ts';
import { quote } from '../../protocol/quote.ts';
import { parseEnvelope } from '../../protocol/request.ts';
import { matchSignature } from '../../protocol/signature-match.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import { fitTexts } from '../../protocol/text-column.ts';
import { carriedValue } from '../columns/carried.ts';
import { findSources } from '../columns/input-source.ts';
import { readRow } from '../columns/row-reader.ts';
import type { RowSignature } from '../columns/row-signature.ts';
import type { Batch, Binding, CarriedValue } from '../records.ts';

/**
 * The rows of one line: a request of the Open Inference Protocol, whose members `inputs` holds
 * tensors, or an object with a member for each column. Throws a SiskinError that says why not.
 */
export function readLine(
  line: Buffer,
  record: number,
  signature: RowSignature,
  binding: Binding,
): Batch {
  const value = parseLine(line, signature, binding);
  const isRequest = holdsTensors(value);
  const inputs = isRequest
    ? inputsOfRequest(value, signature)
    : inputsOfColumns(value, signature, binding);
  const rows = signature.batched ? (inputs[0]?.shape[0] ?? 1) : 1;
  const carried = new Map<string, readonly CarriedValue[]>();
  for (const column of binding.carried) {
    const carriedOnce = carriedValue(column, memberOf(value, column));
    carried.set(column, new Array<CarriedValue>(rows).fill(carriedOnce));
  }
  return { rows, inputs, records: new Array<number>(rows).fill(record), carried };
}

function parseLine(line: Buffer, { model }: RowSignature, { carried }: Binding): JsonObject {
  if (!isUtf8(line)) throw new SiskinError('bad_body', 'the line is not UTF-8');
  const text = line.toString('utf8');
  let value = parseText(text);
  if (!isObject(value)) {
    throw bad(`the line must be a JSON object, but is ${quote(value)}`);
  }
  // A double keeps fifteen digits: only longer numbers and exponents need the exact parser.
  const mayRound = /[\d.]{16}|\d[eE]/.test(text);
  const holder = value;
  if (mayRound && (model.inputs.some(isWhole) || carried.some((name) => isRounded(holder, name)))) {
    value = parseExactJson(text);
  }
  return value as JsonObject;
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (/NaN|Infinity/.test(text)) return parseExactJson(text);
    throw new SiskinError('bad_body', `the line is not JSON: ${(cause as Error).message}`);
  }
}

function isWhole({ datatype }: { datatype: Tensor['datatype'] }): boolean {
  if (datatype === 'BYTES') return false;
  const { kind } = numericTypes[datatype];
  return kind === 'integer' || kind === 'long' || kind === 'bool';
}

function isRounded(value: JsonObject, member: string): boolean {
  const carried = own(value, member);
  return typeof carried === 'number' && Number.isInteger(carried) && !Number.isSafeInteger(carried);
}

/** An input may be called "inputs" itself; its data holds no objects. */
export function holdsTensors(value: JsonObject): boolean {
  const inputs = own(value, 'inputs');
  return Array.isArray(inputs) && (inputs.length === 0 || isObject(inputs[0]));
}

function inputsOfRequest(value: JsonObject, { model, batched }: RowSignature): readonly Tensor[] {
  const read = tensorsOf(parseEnvelope(value), ({ at }) => {
    throw bad(`${at}: has parameters.binary_data_size, but a line of JSON has no binary part`);
  });
  const request = fitTexts(read, model);
  // A job writes every output of the model, whichever the line asks for.
  matchSignature({ ...request, outputs: undefined }, model);
  const inputs = model.inputs.flatMap(({ name }) =>
    request.inputs.filter((tensor) => tensor.name === name),
  );
  if (batched) checkRows(inputs);
  return inputs;
}

function checkRows(inputs: readonly Tensor[]): void {
  const [first] = inputs as [Tensor];
  const rows = first.shape[0];
  if (rows === 0) throw bad(`input ${quote(first.name)} holds no row`);
  const other = inputs.find(({ shape }) => shape[0] !== rows);
  if (!other) return;
  throw bad(
    `input ${quote(first.name)} holds ${rows} rows, but ${quote(other.name)} holds ${other.shape[0]}`,
  );
}

function inputsOfColumns(
  value: JsonObject,
  signature: RowSignature,
  binding: Binding,
): readonly Tensor[] {
  const search = findSources(signature, binding, (column) => Object.hasOwn(value, column));
  if ('problems' in search) throw bad(search.problems.join('; '));
  return readRow(search.sources, (column) => own(value, column));
}

function memberOf(value: JsonObject, column: string): unknown {
  if (Object.hasOwn(value, column)) return value[column];
  throw bad(`column ${quote(column)} is missing, and was asked for`);
}

function bad(message: string): SiskinError {
  return new SiskinError('bad_request', message);
}
