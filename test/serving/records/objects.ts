import type { TensorSpec } from '../../../serving/contract/manifest.ts';
import { formOf, openReader, slicesOf } from '../../../serving/records/formats.ts';
import type {
  Binding,
  ChunkSize,
  ObjectBytes,
  Position,
  RecordChunk,
  Slice,
} from '../../../serving/records/records.ts';

/** An object in memory that hands out pieces of `pieceBytes`. */
export function objectOf(content: string | Uint8Array, pieceBytes = 7): ObjectBytes {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    byteLength: bytes.length,
    read: async (start, end) => bytes.subarray(start, end),
    stream: async function* (start, end) {
      for (let at = start; at < end; at += pieceBytes) {
        yield bytes.subarray(at, Math.min(end, at + pieceBytes));
      }
    },
  };
}

export const spec = (
  name: string,
  datatype: TensorSpec['datatype'],
  shape: readonly number[],
): TensorSpec => ({ name, datatype, shape });

/** Three features a row, one score. */
export const tabular: Binding = {
  signature: {
    inputs: [spec('features', 'FP32', [-1, 3])],
    outputs: [spec('score', 'FP32', [-1, 1])],
  },
  carried: [],
};

export interface Reading {
  readonly key?: string;
  readonly binding?: Binding;
  readonly slice?: Slice;
  readonly from?: Position;
  readonly chunk?: Partial<ChunkSize>;
  readonly recordBytes?: number;
  readonly pieceBytes?: number;
}

/** All chunks of a slice of an object; by default of the whole. */
export async function readAll(
  content: string | Uint8Array,
  reading: Reading = {},
): Promise<RecordChunk[]> {
  const { key = 'a.jsonl', binding = tabular, slice, from, chunk, recordBytes } = reading;
  const chunks: RecordChunk[] = [];
  const request = {
    form: formOf(key),
    object: objectOf(content, reading.pieceBytes),
    slice: slice ?? { start: 0, end: Number.MAX_SAFE_INTEGER },
    from,
    binding,
    chunk: { records: 2, bytes: 1_000_000, ...chunk },
    ...(recordBytes === undefined ? {} : { recordBytes }),
  };
  for await (const next of openReader(request)) chunks.push(next);
  return chunks;
}

export { slicesOf };

/** The rows of the first input, each as an array of its elements. */
export function rowsOf(chunks: readonly RecordChunk[], input = 0): unknown[][] {
  return chunks.flatMap(({ batches }) =>
    batches.flatMap(({ rows, inputs }) => {
      const data = Array.from(inputs[input]?.data as ArrayLike<unknown>);
      const size = data.length / rows;
      return Array.from({ length: rows }, (_, row) => data.slice(row * size, (row + 1) * size));
    }),
  );
}

export function failuresOf(chunks: readonly RecordChunk[]): [line: number, reason: string][] {
  return chunks.flatMap(({ failed }) =>
    failed.map(({ line, reason }): [number, string] => [line, reason]),
  );
}

export function carriedOf(chunks: readonly RecordChunk[], column: string): unknown[] {
  return chunks.flatMap(({ batches }) =>
    batches.flatMap(({ carried }) => [...(carried.get(column) ?? [])]),
  );
}
