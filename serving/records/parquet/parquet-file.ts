import {
  type AsyncBuffer,
  type DecodedArray,
  type FileMetaData,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { ObjectBytes } from '../records.ts';
import { RecordsError } from '../records-error.ts';

export interface RowGroupExtent {
  /** Rows of the file before it, and before what follows it. */
  readonly start: number;
  readonly end: number;
  /** What its columns take, expanded. */
  readonly bytes: number;
}

/** A Parquet file: its footer is read, its columns are read as they are asked for. */
export class ParquetFile {
  readonly groups: readonly RowGroupExtent[];
  readonly rows: number;
  readonly #metadata: FileMetaData;
  readonly #source: GuardedSource;
  readonly #fields: ReadonlyMap<string, SchemaTree>;

  private constructor(source: GuardedSource, metadata: FileMetaData) {
    this.#source = source;
    this.#metadata = metadata;
    this.groups = extentsOf(metadata);
    this.rows = this.groups.at(-1)?.end ?? 0;
    this.#fields = new Map(
      parquetSchema(metadata).children.map((tree) => [tree.element.name, tree]),
    );
  }

  static async open(object: ObjectBytes): Promise<ParquetFile> {
    const source = new GuardedSource(object);
    return source.guard(
      async () => new ParquetFile(source, await parquetMetadataAsync(source.buffer)),
    );
  }

  get columns(): readonly string[] {
    return [...this.#fields.keys()];
  }

  field(column: string): SchemaTree | undefined {
    return this.#fields.get(column);
  }

  /** The columns of rows of one row group: by column, a value a row. */
  readColumns(
    columns: readonly string[],
    rowStart: number,
    rowEnd: number,
  ): Promise<ReadonlyMap<string, DecodedArray>> {
    return this.#source.guard(async () => {
      const scan = await parquetScan({
        file: this.#source.buffer,
        metadata: this.#metadata,
        columns: [...columns],
        compressors,
        utf8: false,
        rowStart,
        rowEnd,
      });
      const read = new Map<string, DecodedArray>();
      for (const column of columns) {
        const values = await scan.readColumn({ column, rowStart, rowEnd });
        if (values.length !== rowEnd - rowStart) {
          throw new Error(`column ${column} has ${values.length} of ${rowEnd - rowStart} rows`);
        }
        read.set(column, values);
      }
      return read;
    });
  }
}

function extentsOf({ row_groups: groups }: FileMetaData): RowGroupExtent[] {
  let start = 0;
  return groups.map(({ num_rows: rows, total_byte_size: bytes }) => {
    const end = start + Number(rows);
    const extent = { start, end, bytes: Number(bytes) };
    start = end;
    return extent;
  });
}

/** Tells the reader's complaints about the file from failures to fetch it. */
class GuardedSource {
  readonly buffer: AsyncBuffer;
  #fetchError: unknown;

  constructor(object: ObjectBytes) {
    this.buffer = {
      byteLength: object.byteLength,
      slice: async (start, end = object.byteLength) => {
        try {
          const bytes = await object.read(start, end);
          // A copy, as the bytes may be a view into a larger buffer; `slice` of a Buffer is none.
          return new Uint8Array(bytes).buffer;
        } catch (error) {
          this.#fetchError = error;
          throw error;
        }
      },
    };
  }

  async guard<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (this.#fetchError !== undefined) throw this.#fetchError;
      const why = error instanceof Error ? error.message : String(error);
      throw new RecordsError('damaged', `the object is not whole Parquet: ${why}`, error);
    }
  }
}
