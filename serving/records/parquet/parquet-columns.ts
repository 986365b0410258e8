import type { DecodedArray, SchemaElement, SchemaTree } from 'hyparquet';
import { SiskinError } from '../../error/siskin-error.ts';
import { quote, quoteNames } from '../../protocol/quote.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import type { ChunkBuilder } from '../chunk-builder.ts';
import { carriedValue } from '../columns/carried.ts';
import { findSources, type InputSource } from '../columns/input-source.ts';
import { readRow } from '../columns/row-reader.ts';
import type { RowSignature } from '../columns/row-signature.ts';
import type { Batch, Binding, CarriedValue } from '../records.ts';
import { RecordsError } from '../records-error.ts';
import type { ParquetFile } from './parquet-file.ts';
import { bulkNumbers, jsonOf, plainValue } from './parquet-values.ts';

export type ColumnValues = ReadonlyMap<string, DecodedArray>;

/** How the columns of a file become rows. */
export class ParquetColumns {
  /** Those that the job reads. */
  readonly names: readonly string[];
  readonly #sources: readonly InputSource[];
  readonly #signature: RowSignature;
  readonly #carried: readonly string[];

  constructor(file: ParquetFile, signature: RowSignature, binding: Binding) {
    const search = findSources(signature, binding, (column) => file.field(column) !== undefined);
    const problems =
      'problems' in search
        ? search.problems
        : search.sources.flatMap((source) => kindProblems(source, file));
    if (problems.length > 0 || 'problems' in search) {
      const columns = quoteNames(file.columns);
      throw new RecordsError('columns', `${problems.join('; ')}; the file has ${columns}`);
    }
    this.#sources = search.sources;
    this.#signature = signature;
    this.#carried = binding.carried;
    this.names = [...new Set([...search.sources.flatMap(columnsOf), ...binding.carried])];
  }

  /** Rows `from` to `to` of what was read: all at once when every value is plain, else row by row. */
  read(values: ColumnValues, from: number, to: number, builder: ChunkBuilder): void {
    const rows = to - from;
    const part = new Map<string, DecodedArray>();
    for (const [column, all] of values) part.set(column, all.slice(from, to) as DecodedArray);
    const bulk = this.#signature.batched ? this.#readAll(part, rows) : undefined;
    if (bulk) {
      builder.add(bulk);
      return;
    }
    for (let row = 0; row < rows; row += 1) {
      try {
        builder.add(this.#readOne(part, row));
      } catch (error) {
        if (!(error instanceof SiskinError)) throw error;
        builder.fail(row, error.message);
      }
    }
  }

  /** A row of the columns that the job reads, for the error file. */
  textOf(values: ColumnValues, row: number): string {
    const members = this.names.map((column) => {
      const value = values.get(column)?.[row];
      return `${JSON.stringify(column)}:${jsonOf(readable(value))}`;
    });
    return `{${members.join(',')}}`;
  }

  #readAll(values: ColumnValues, rows: number): Batch | undefined {
    const inputs: Tensor[] = [];
    for (const source of this.#sources) {
      const { name, datatype, shape, elements } = source.input;
      if (source.kind === 'elements' || datatype === 'BYTES' || elements === undefined)
        return undefined;
      const data = bulkNumbers(datatype, values.get(source.column) as DecodedArray, elements);
      if (!data) return undefined;
      inputs.push({ name, datatype, shape: [rows, ...shape.slice(1)], data });
    }
    const carried = new Map<string, readonly CarriedValue[]>();
    for (const column of this.#carried) {
      const plain = Array.from(values.get(column) as ArrayLike<unknown>, readable);
      if (!plain.every(isCarriable)) return undefined;
      carried.set(column, plain);
    }
    return { rows, inputs, records: Uint32Array.from({ length: rows }, (_, row) => row), carried };
  }

  #readOne(values: ColumnValues, row: number): Batch {
    const valueIn = (column: string) => plainValue(values.get(column)?.[row]);
    return {
      rows: 1,
      records: [row],
      inputs: readRow(this.#sources, valueIn),
      carried: new Map(
        this.#carried.map((column) => [column, [carriedValue(column, valueIn(column))]]),
      ),
    };
  }
}

/** As `plainValue`, for values that are only shown: bytes that are no text become base64. */
function readable(value: unknown): unknown {
  try {
    return plainValue(value);
  } catch (error) {
    if (error instanceof SiskinError) return Buffer.from(value as Uint8Array).toString('base64');
    throw error;
  }
}

function isCarriable(value: unknown): value is CarriedValue {
  return value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

function columnsOf(source: InputSource): readonly string[] {
  return source.kind === 'whole' ? [source.column] : source.columns;
}

/** Texts for numbers and numbers for texts would fail in every single row. */
function kindProblems(source: InputSource, file: ParquetFile): string[] {
  const { datatype, name } = source.input;
  return columnsOf(source).flatMap((column) => {
    const leaf = leafOf(file.field(column));
    if (!leaf || holds(leaf, datatype === 'BYTES')) return [];
    const kind = leaf.logical_type?.type ?? leaf.converted_type ?? leaf.type;
    return [`column ${quote(column)} is ${kind}, but input ${quote(name)} takes ${datatype}`];
  });
}

/** The one kind of value that a column holds, under its lists; a struct has several. */
function leafOf(tree: SchemaTree | undefined): SchemaElement | undefined {
  let node = tree;
  while (node && node.children.length === 1) node = node.children[0];
  return node?.element;
}

function holds({ type, converted_type: converted }: SchemaElement, text: boolean): boolean {
  if (type === undefined) return false;
  if (converted === 'JSON') return true;
  const isBytes = type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY';
  if (text) return isBytes && converted !== 'DECIMAL';
  return !isBytes || converted === 'DECIMAL' || type === 'FIXED_LEN_BYTE_ARRAY';
}
