import { ChunkBuilder } from '../chunk-builder.ts';
import { rowSignature } from '../columns/row-signature.ts';
import type { RecordFormat } from '../format.ts';
import type { ChunkSize, ObjectBytes, ReadRequest, RecordChunk, Slice } from '../records.ts';
import { ParquetColumns } from './parquet-columns.ts';
import { ParquetFile, type RowGroupExtent } from './parquet-file.ts';
import { createParquetWriter } from './parquet-writer.ts';

/** Columns by row groups: one row group is in memory at a time, and of it the columns that are used. */
export const parquetFormat: RecordFormat = {
  name: 'parquet',
  extensions: ['.parquet'],
  compressible: false,
  slices: async (object, sliceBytes) => groupSlices(object, sliceBytes),
  read: readParquet,
  writer: createParquetWriter,
};

/** Neighbouring row groups until they have the size; the file's own bytes are shared out by rows. */
async function groupSlices(object: ObjectBytes, sliceBytes: number): Promise<Slice[]> {
  const { groups, rows } = await ParquetFile.open(object);
  const slices: Slice[] = [];
  let start = 0;
  for (const { end } of groups) {
    const bytes = ((end - start) / rows) * object.byteLength;
    if (bytes < sliceBytes && end < rows) continue;
    if (end > start) slices.push({ start, end });
    start = end;
  }
  return slices;
}

async function* readParquet(request: ReadRequest): AsyncGenerator<RecordChunk> {
  const { binding, chunk, object, slice } = request;
  const file = await ParquetFile.open(object);
  const signature = rowSignature(binding.signature);
  const columns = new ParquetColumns(file, signature, binding);
  const from = request.from?.offset ?? slice.start;
  const end = Math.min(slice.end, file.rows);
  let gaveAny = false;
  for (const group of file.groups) {
    const groupStart = Math.max(group.start, from);
    const groupEnd = Math.min(group.end, end);
    if (groupStart >= groupEnd) continue;
    const values = await file.readColumns(columns.names, groupStart, groupEnd);
    const step = rowsOfChunk(group, chunk);
    for (let row = groupStart; row < groupEnd; row += step) {
      const to = Math.min(row + step, groupEnd);
      const first = row - groupStart;
      const builder = new ChunkBuilder(position(row), position(to), to - row, (record) => ({
        line: row + record + 1,
        offset: row + record,
        text: () => columns.textOf(values, first + record),
      }));
      columns.read(values, first, to - groupStart, builder);
      yield builder.build(signature.batched);
      gaveAny = true;
    }
  }
  if (gaveAny) return;
  const at = position(Math.min(from, end));
  yield new ChunkBuilder(at, at, 0, () => ({ line: 0, offset: 0, text: () => '' })).build(true);
}

function position(row: number) {
  return { offset: row, line: row + 1 };
}

/** The bound on bytes by the row group's own average: the same whenever it is read. */
function rowsOfChunk({ start, end, bytes }: RowGroupExtent, chunk: ChunkSize): number {
  const perRow = Math.max(1, bytes / (end - start));
  return Math.max(1, Math.min(chunk.records, Math.floor(chunk.bytes / perRow)));
}
