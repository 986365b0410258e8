import type { Tensor } from '../../protocol/tensor.ts';
import { jsonRows } from '../output/json-value.ts';
import { checkNames, outputColumns } from '../output/output-rows.ts';
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
      ...carried.map((name) => (batch.carried.get(name) ?? []).map(jsonOfCarried)),
      ...outputColumns(signature, batch, outputs).map((column) => jsonRows(column, batch.rows)),
    ];
    let text = '';
    for (let row = 0; row < batch.rows; row += 1) {
      for (let index = 0; index < columns.length; index += 1) {
        text += this.#heads[index] as string;
        text += columns[index]?.[row] as string;
      }
      text += '}\n';
    }
    this.#parts.push(Buffer.from(text));
    this.#rows += batch.rows;
  }

  finish(): Uint8Array {
    const part = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#rows = 0;
    return part;
  }
}

function jsonOfCarried(value: CarriedValue): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
