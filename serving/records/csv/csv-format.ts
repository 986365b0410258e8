import { limits } from '../../contract/limits.ts';
import { SiskinError } from '../../error/siskin-error.ts';
import { quote, quoteNames } from '../../protocol/quote.ts';
import { findSources, type InputSource } from '../columns/input-source.ts';
import { readRow } from '../columns/row-reader.ts';
import { type RowSignature, rowSignature } from '../columns/row-signature.ts';
import { type RecordFormat, wholeObject } from '../format.ts';
import type { Batch, Binding, ReadRequest, RecordChunk } from '../records.ts';
import { RecordsError } from '../records-error.ts';
import { type CutRecords, cutRecords, type TextPosition } from '../text/record-cutter.ts';
import { recordBytes, textChunkBuilder, textFrom, tooLong } from '../text/text-chunk.ts';
import { CsvBorders } from './csv-borders.ts';
import { cellValue, readCells } from './csv-cells.ts';
import { createCsvWriter } from './csv-writer.ts';

/**
 * CSV with a header: RFC 4180, with a comma, and a line feed or CR LF. A file is one slice. A line feed
 * may stand in a quoted cell, and whether a place is in quotes depends on everything before it, so
 * that nobody can tell in the middle of a file where records begin.
 */
export const csvFormat: RecordFormat = {
  name: 'csv',
  extensions: ['.csv'],
  compressible: true,
  slices: async () => [{ start: 0, end: wholeObject }],
  read: readCsv,
  writer: createCsvWriter,
};

async function* readCsv(request: ReadRequest): AsyncGenerator<RecordChunk> {
  const signature = rowSignature(request.binding.signature);
  const bound = request.recordBytes ?? limits.recordBytes;
  const header = await readHeader(request, bound);
  const columns = new CsvColumns(header.names, signature, request.binding);
  const from = request.from
    ? { offset: request.from.offset, lines: request.from.line - 1 }
    : header.to;
  // The first chunk covers the header as well.
  let start: TextPosition | undefined = request.from ? undefined : { offset: 0, lines: 0 };
  for await (const cut of cutsFrom(request, from, request.chunk, bound)) {
    yield readCut(cut, start, columns, signature, bound);
    start = undefined;
  }
}

function readCut(
  cut: CutRecords,
  start: TextPosition | undefined,
  columns: CsvColumns,
  signature: RowSignature,
  bound: number,
): RecordChunk {
  const builder = textChunkBuilder(cut, start);
  for (let record = 0; record < cut.starts.length; record += 1) {
    if (cut.tooLong) {
      builder.fail(record, tooLong(bound));
      continue;
    }
    try {
      builder.add(columns.read(recordBytes(cut, record), record));
    } catch (error) {
      if (!(error instanceof SiskinError)) throw error;
      builder.fail(record, error.message);
    }
  }
  return builder.build(signature.batched);
}

function cutsFrom(
  request: ReadRequest,
  from: TextPosition,
  chunk: ReadRequest['chunk'],
  bound: number,
) {
  return cutRecords({
    source: textFrom(request, from.offset),
    from,
    endOffset: wholeObject,
    chunk,
    recordBytes: bound,
    borders: new CsvBorders(),
  });
}

/** The first record. A text without any has no columns, and no records either. */
async function readHeader(
  request: ReadRequest,
  bound: number,
): Promise<{ names: string[] | undefined; to: TextPosition }> {
  const one = { records: 1, bytes: bound };
  for await (const cut of cutsFrom(request, { offset: 0, lines: 0 }, one, bound)) {
    if (cut.starts.length === 0) return { names: undefined, to: cut.to };
    if (cut.tooLong) throw new RecordsError('columns', `the header: ${tooLong(bound)}`);
    try {
      return { names: readCells(recordBytes(cut, 0)).map((name) => name.trim()), to: cut.to };
    } catch (error) {
      if (!(error instanceof SiskinError)) throw error;
      throw new RecordsError('columns', `the header: ${error.message}`, error);
    }
  }
  throw new Error('cutRecords gave no chunk');
}

/** How the cells of this file become rows. */
class CsvColumns {
  readonly #sources: readonly InputSource[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #count: number;
  readonly #carried: readonly string[];

  constructor(names: readonly string[] | undefined, signature: RowSignature, binding: Binding) {
    this.#carried = binding.carried;
    this.#count = names?.length ?? 0;
    this.#index = new Map(names?.map((name, index) => [name, index]));
    const search = names
      ? findSources(signature, binding, (column) => this.#index.has(column))
      : { sources: [] };
    const problems =
      'problems' in search ? [...search.problems] : this.#twice(names, search.sources);
    if (problems.length > 0) {
      throw new RecordsError(
        'columns',
        `${problems.join('; ')}; the header has ${quoteNames(names ?? [])}`,
      );
    }
    this.#sources = 'sources' in search ? search.sources : [];
  }

  read(record: Buffer, index: number): Batch {
    const cells = readCells(record);
    if (cells.length !== this.#count) {
      throw new SiskinError(
        'bad_request',
        `the record has ${cells.length} cells, but the header names ${this.#count} columns`,
      );
    }
    const cellOf = (column: string) => cells[this.#index.get(column) as number] as string;
    return {
      rows: 1,
      records: [index],
      inputs: readRow(this.#sources, (column, source) => cellValue(cellOf(column), column, source)),
      carried: new Map(this.#carried.map((column) => [column, [cellOf(column)]])),
    };
  }

  /** Which of two columns of a name is meant, nobody can know. */
  #twice(names: readonly string[] | undefined, sources: readonly InputSource[]): string[] {
    const used = sources.flatMap((source) =>
      source.kind === 'whole' ? [source.column] : source.columns,
    );
    return [...new Set([...used, ...this.#carried])]
      .filter((name) => names?.indexOf(name) !== names?.lastIndexOf(name))
      .map((name) => `column ${quote(name)} is there twice`);
  }
}
