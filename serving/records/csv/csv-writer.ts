import type { Tensor } from '../../protocol/tensor.ts';
import { jsonOfRow } from '../output/json-value.ts';
import {
  checkNames,
  type OutputColumn,
  type OutputElement,
  outputColumns,
} from '../output/output-rows.ts';
import type { Batch, RecordWriter, WriteRequest } from '../records.ts';

/**
 * RFC 4180 with line feeds. Each part begins with the header: the carried columns, then the model's
 * outputs by name. An output of one element a row stands as it is (NaN, Infinity and -Infinity by
 * these names), any other as the text of a JSON array in its one column:
 *
 *     id,label,probabilities
 *     17,7,"[0.01,0.99]"
 */
export function createCsvWriter(request: WriteRequest): RecordWriter {
  checkNames(request);
  return new CsvWriter(request);
}

class CsvWriter implements RecordWriter {
  readonly contentType = 'text/csv';
  readonly #request: WriteRequest;
  readonly #header: string;
  #parts: Buffer[] = [];
  #rows = 0;

  constructor(request: WriteRequest) {
    this.#request = request;
    const names = [...request.carried, ...request.signature.outputs.map(({ name }) => name)];
    this.#header = `${names.map(cell).join(',')}\n`;
  }

  get rows(): number {
    return this.#rows;
  }

  add(batch: Batch, outputs: readonly Tensor[]): void {
    const { carried: carriedNames, signature } = this.#request;
    const columns = outputColumns(signature, batch, outputs);
    const carried = carriedNames.map((name) => batch.carried.get(name) ?? []);
    let text = '';
    for (let row = 0; row < batch.rows; row += 1) {
      const cells = [
        ...carried.map((values) => cell(String(values[row] ?? ''))),
        ...columns.map((column) => cellOfRow(column, row)),
      ];
      // A line with nothing on it would not be read as a record.
      text += cells.length === 1 && cells[0] === '' ? '""\n' : `${cells.join(',')}\n`;
    }
    this.#parts.push(Buffer.from(text));
    this.#rows += batch.rows;
  }

  finish(): Uint8Array {
    const part = Buffer.concat([Buffer.from(this.#header), ...this.#parts]);
    this.#parts = [];
    this.#rows = 0;
    return part;
  }
}

function cellOfRow(column: OutputColumn, row: number): string {
  if (column.shape.length > 0) return cell(jsonOfRow(column, row));
  const element = column.elements[row] as OutputElement;
  return Object.is(element, -0) ? '-0.0' : cell(String(element));
}

function cell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
