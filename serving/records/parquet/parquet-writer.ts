import type { SchemaElement } from 'hyparquet';
import { ByteWriter, type ColumnSource, ParquetWriter as FileWriter } from 'hyparquet-writer';
import type { Datatype } from '../../contract/datatype.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import { isBatched } from '../columns/row-signature.ts';
import { checkNames, type OutputColumn, outputColumns } from '../output/output-rows.ts';
import type { Batch, CarriedValue, RecordWriter, WriteRequest } from '../records.ts';

/** Fixed, so that equal rows give equal bytes whatever the library's default becomes. */
const rowGroupSize = 100_000;

/**
 * A column for each carried column and for each output of the model. Outputs are required; their type
 * is the datatype's, and an output of several elements a row is a LIST, nested as its shape says.
 * Carried columns are optional, and of the type that holds all of the part's values: INT64, DOUBLE,
 * BOOLEAN, else STRING.
 */
export function createParquetWriter(request: WriteRequest): RecordWriter {
  checkNames(request);
  return new ParquetWriter(request);
}

class ParquetWriter implements RecordWriter {
  readonly contentType = 'application/vnd.apache.parquet';
  readonly #request: WriteRequest;
  #columns: unknown[][];
  #rows = 0;

  constructor(request: WriteRequest) {
    this.#request = request;
    this.#columns = this.#emptyColumns();
  }

  get rows(): number {
    return this.#rows;
  }

  add(batch: Batch, outputs: readonly Tensor[]): void {
    const { carried, signature } = this.#request;
    const given = outputColumns(signature, batch, outputs);
    for (let row = 0; row < batch.rows; row += 1) {
      carried.forEach((name, index) => {
        this.#columns[index]?.push(batch.carried.get(name)?.[row] ?? null);
      });
      given.forEach((column, index) => {
        this.#columns[carried.length + index]?.push(rowValue(column, row));
      });
    }
    this.#rows += batch.rows;
  }

  finish(): Uint8Array {
    const { carried, signature } = this.#request;
    const schema: SchemaElement[] = [];
    const data: ColumnSource[] = [];
    carried.forEach((name, index) => {
      const column = carriedColumn(name, this.#columns[index] as CarriedValue[]);
      schema.push(column.element);
      data.push({ name, data: column.values });
    });
    const batched = isBatched(signature);
    signature.outputs.forEach(({ name, datatype, shape }, index) => {
      const dropsFirst = batched || shape[0] === 1;
      schema.push(...outputSchema(name, datatype, shape.length - (dropsFirst ? 1 : 0)));
      data.push({ name, data: this.#columns[carried.length + index] as unknown[] });
    });
    const writer = new ByteWriter();
    const root = { name: 'root', num_children: data.length };
    const file = new FileWriter({ writer, schema: [root, ...schema], createdBy: 'siskin' });
    file.write({ columnData: data, rowGroupSize });
    file.finish();
    this.#columns = this.#emptyColumns();
    this.#rows = 0;
    return new Uint8Array(writer.getBuffer());
  }

  #emptyColumns(): unknown[][] {
    const { carried, signature } = this.#request;
    return Array.from({ length: carried.length + signature.outputs.length }, () => []);
  }
}

function rowValue({ spec, elements, shape, size }: OutputColumn, row: number): unknown {
  const widens = spec.datatype === 'UINT32';
  const plain = (at: number) => (widens ? BigInt(elements[at] as number) : elements[at]);
  const nested = (axis: number, first: number, length: number): unknown => {
    if (axis === shape.length) return plain(first);
    const count = shape[axis] as number;
    const step = count === 0 ? 0 : length / count;
    return Array.from({ length: count }, (_, index) =>
      nested(axis + 1, first + index * step, step),
    );
  };
  return nested(0, row * size, size);
}

const required = { repetition_type: 'REQUIRED' } as const;

/** An element, or lists around it, three schema elements each as the format's specification asks. */
function outputSchema(name: string, datatype: Datatype, rank: number): SchemaElement[] {
  if (rank <= 0) return [{ name, ...required, ...leafTypes[datatype] }];
  return [
    { name, ...required, converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    ...outputSchema('element', datatype, rank - 1),
  ];
}

const leafTypes: Readonly<Record<Datatype, Omit<SchemaElement, 'name'>>> = {
  BOOL: { type: 'BOOLEAN' },
  UINT8: { type: 'INT32', converted_type: 'UINT_8' },
  UINT16: { type: 'INT32', converted_type: 'UINT_16' },
  // Half of the readers take unsigned 32 bits for signed; 64 hold them all.
  UINT32: { type: 'INT64' },
  UINT64: { type: 'INT64', converted_type: 'UINT_64' },
  INT8: { type: 'INT32', converted_type: 'INT_8' },
  INT16: { type: 'INT32', converted_type: 'INT_16' },
  INT32: { type: 'INT32' },
  INT64: { type: 'INT64' },
  FP16: { type: 'FLOAT' },
  BF16: { type: 'FLOAT' },
  FP32: { type: 'FLOAT' },
  FP64: { type: 'DOUBLE' },
  BYTES: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
};

function carriedColumn(name: string, values: readonly CarriedValue[]) {
  const given = values.filter((value) => value !== null);
  const all = (fits: (value: CarriedValue) => boolean) => given.length > 0 && given.every(fits);
  const made = (type: Omit<SchemaElement, 'name'>, convert: (value: CarriedValue) => unknown) => ({
    element: { name, repetition_type: 'OPTIONAL', ...type } satisfies SchemaElement,
    values: values.map((value) => (value === null ? null : convert(value))),
  });
  if (all((value) => typeof value === 'boolean'))
    return made({ type: 'BOOLEAN' }, (value) => value);
  if (all(fitsLong)) return made({ type: 'INT64' }, (value) => BigInt(value as number));
  if (all((value) => typeof value === 'number')) return made({ type: 'DOUBLE' }, (value) => value);
  return made({ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, String);
}

function fitsLong(value: CarriedValue): boolean {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value;
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}
