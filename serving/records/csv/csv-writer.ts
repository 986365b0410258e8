import type { Tensor } from '../../protocol/tensor.ts';
import { jsonRows } from '../output/json-value.ts';
import { checkNames, type OutputColumn, outputColumns } from '../output/output-rows.ts';
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
    const { carried, signature } = this.#request;
    const columns = [
      ...carried.map((name) =>
        (batch.carried.get(name) ?? []).map((value) => cell(String(value ?? ''))),
      ),
      ...outputColumns(signature, batch, outputs).map((column) => cells(column, batch.rows)),
    ];
    let text = '';
    for (let row = 0; row < batch.rows; row += 1) {
      const line = columns.map((column) => column[row]).join(',');
      // A line with nothing on it would not be read as a record.
      text += line === '' ? '""\n' : `${line}\n`;
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

const words: Readonly<Record<string, string>> = {
  null: 'NaN',
  '"Infinity"': 'Infinity',
  '"-Infinity"': '-Infinity',
};

function cells(column: OutputColumn, rows: number): readonly string[] {
  const isElement = column.shape.length === 0;
  if (isElement && column.spec.datatype === 'BYTES') {
    return Array.from(column.elements as ArrayLike<string>, cell);
  }
  const texts = jsonRows(column, rows);
  return isElement ? texts.map((text) => words[text] ?? text) : texts.map(cell);
}

function cell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
