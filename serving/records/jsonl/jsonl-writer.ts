import { type LineStep, printLines } from '../../codec/number-scanner/line-printer.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import { jsonRows } from '../output/json-value.ts';
import { checkNames, type OutputColumn, outputColumns } from '../output/output-rows.ts';
import type { Batch, CarriedValue, RecordWriter, WriteRequest } from '../records.ts';

/**
 * One JSON object a row, a line each: the carried columns, then the model's outputs by name. An
 * output of one element a row is that element, any other an array, nested as its shape says:
 *
 *     {"id":17,"label":7,"probabilities":[0.01,0.99]}
 */
export function createJsonlWriter(request: WriteRequest): RecordWriter {
  checkNames(request);
  return new JsonlWriter(request);
}

class JsonlWriter implements RecordWriter {
  readonly contentType = 'application/x-ndjson';
  readonly #request: WriteRequest;
  readonly #heads: readonly string[];
  #parts: Buffer[] = [];
  #rows = 0;

  constructor(request: WriteRequest) {
    this.#request = request;
    const names = [...request.carried, ...request.signature.outputs.map(({ name }) => name)];
    this.#heads = names.map((name, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  }

  get rows(): number {
    return this.#rows;
  }

  add(batch: Batch, outputs: readonly Tensor[]): void {
    const { carried, signature } = this.#request;
    const columns = [
      ...carried.map((name) => [carriedStep(batch.carried.get(name) ?? [])]),
      ...outputColumns(signature, batch, outputs).map((column) => outputSteps(column, batch.rows)),
    ];
    const steps = columns.flatMap((column, index) => [
      literal(this.#heads[index] as string),
      ...column,
    ]);
    this.#parts.push(printLines([...steps, literal('}\n')], batch.rows));
    this.#rows += batch.rows;
  }

  finish(): Uint8Array {
    const part = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#rows = 0;
    return part;
  }
}

function literal(text: string): LineStep {
  return { kind: 'literal', text };
}

function carriedStep(values: readonly CarriedValue[]): LineStep {
  return values.every(Number.isSafeInteger)
    ? { kind: 'wholes', values: Float64Array.from(values as readonly number[]) }
    : { kind: 'texts', texts: values.map(jsonOfCarried) };
}

function outputSteps(column: OutputColumn, rows: number): LineStep[] {
  const { elements, shape, size } = column;
  if (elements instanceof BigInt64Array && shape.length === 0) {
    return [{ kind: 'wholes', values: elements }];
  }
  if (elements instanceof Float32Array && size > 0) return floatSteps(elements, shape, size, 0);
  return [{ kind: 'texts', texts: jsonRows(column, rows) }];
}

/** Arrays nested as the shape says, of each row's floats from `offset` on. */
function floatSteps(
  values: Float32Array,
  shape: readonly number[],
  size: number,
  offset: number,
): LineStep[] {
  const [length = 1, ...inner] = shape;
  if (inner.length === 0) {
    const floats: LineStep = { kind: 'floats', values, size, offset, count: length };
    return shape.length === 0 ? [floats] : [literal('['), floats, literal(']')];
  }
  const width = inner.reduce((product, each) => product * each, 1);
  const nested = Array.from({ length }, (_, index) => [
    literal(index === 0 ? '[' : ','),
    ...floatSteps(values, inner, size, offset + index * width),
  ]);
  return [...nested.flat(), literal(']')];
}

function jsonOfCarried(value: CarriedValue): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
