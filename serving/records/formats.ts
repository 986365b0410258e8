import type { BatchFormat } from '../contract/batch.ts';
import { quote } from '../protocol/quote.ts';
import { csvFormat } from './csv/csv-format.ts';
import { type RecordFormat, wholeObject } from './format.ts';
import { jsonlFormat } from './jsonl/jsonl-format.ts';
import { parquetFormat } from './parquet/parquet-format.ts';
import type {
  Compression,
  ObjectBytes,
  ObjectForm,
  ReadRequest,
  RecordChunk,
  RecordWriter,
  Slice,
  WriteRequest,
} from './records.ts';
import { RecordsError } from './records-error.ts';

/** Every format of records; to add one, write its folder and list it here. */
export const recordFormats: readonly RecordFormat[] = [jsonlFormat, csvFormat, parquetFormat];

const compressionOf: Readonly<Record<string, Compression>> = { '.gz': 'gzip', '.zst': 'zstd' };

/** The form of an object by its key: `.jsonl`, `.ndjson`, `.csv` (each also `.gz`, `.zst`), `.parquet`. */
export function formOf(key: string): ObjectForm {
  const name = key.toLowerCase();
  const packed = Object.keys(compressionOf).find((extension) => name.endsWith(extension));
  const bare = packed ? name.slice(0, -packed.length) : name;
  const format = recordFormats.find(({ extensions }) =>
    extensions.some((extension) => bare.endsWith(extension)),
  );
  if (format && (!packed || format.compressible)) {
    return { format: format.name, compression: packed ? compressionOf[packed] : undefined };
  }
  throw new RecordsError('form', `${quote(key)} ${formProblem(format, packed)}`);
}

function formProblem(format: RecordFormat | undefined, packed: string | undefined): string {
  if (format) {
    return `is ${format.name} packed as ${packed}, but ${format.name} compresses itself; store it as ${format.extensions[0]}`;
  }
  const known = recordFormats.flatMap(({ extensions }) => extensions).join(', ');
  const packings = Object.keys(compressionOf).join(' or ');
  return `has none of the extensions ${known} (text also with ${packings} behind); rename it, or leave it out of the input`;
}

/** Extension of the parts in a format, without the dot. */
export function partExtension(format: BatchFormat): string {
  return (formatNamed(format).extensions[0] as string).slice(1);
}

/**
 * How an object is cut for the shards. Reads from the object only for Parquet (its footer). Gives no
 * slice for an object without a byte.
 */
export async function slicesOf(
  form: ObjectForm,
  object: ObjectBytes,
  sliceBytes: number,
): Promise<readonly Slice[]> {
  if (object.byteLength === 0) return [];
  if (form.compression) return [{ start: 0, end: wholeObject }];
  return formatNamed(form.format).slices(object, sliceBytes);
}

/** The records of a slice, chunk after chunk. Throws nothing but `RecordsError` and the port's errors. */
export function openReader(request: ReadRequest): AsyncIterable<RecordChunk> {
  return formatNamed(request.form.format).read(request);
}

export function openWriter(request: WriteRequest): RecordWriter {
  return formatNamed(request.format).writer(request);
}

function formatNamed(name: BatchFormat): RecordFormat {
  const format = recordFormats.find((candidate) => candidate.name === name);
  if (!format) throw new RecordsError('form', `no format is named ${quote(name)}`);
  return format;
}
