import type { BatchFormat } from '../contract/batch.ts';
import type { Signature } from '../protocol/signature-match.ts';
import type { Tensor } from '../protocol/tensor.ts';

/**
 * The words of this room. A *record* is a line of JSONL, a record of CSV, a row of Parquet. A *row*
 * is one entry of the model's batch dimension: a record is one row, except for a line that is a
 * request of the Open Inference Protocol, which holds as many rows as its tensors say.
 */

/** How an object's bytes are to be read; `formOf` tells it from the object's key. */
export interface ObjectForm {
  readonly format: BatchFormat;
  readonly compression: Compression | undefined;
}

export const compressions = ['gzip', 'zstd'] as const;
export type Compression = (typeof compressions)[number];

/** An object in a bucket or a file: the one port of this room. Ends are exclusive. */
export interface ObjectBytes {
  readonly byteLength: number;
  /** Parquet reads its footer and its columns so. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** Text is read so, in pieces of any size. Leaving the iteration early ends the transfer. */
  stream(start: number, end: number): AsyncIterable<Uint8Array>;
}

/**
 * The part of an object that one shard covers. JSONL: bytes; the slice owns the lines that start in
 * it. Parquet: rows, whole row groups. CSV and compressed text: all of it, 0 to `wholeObject`.
 */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

/** A border between two records: where a slice begins, or where a resumed one goes on. */
export interface Position {
  /** Text: bytes of the uncompressed text before it. Parquet: rows before it. */
  readonly offset: number;
  /**
   * Line (Parquet: row) that begins here, counted from 1 at the start of the object, or of the slice
   * when that is a byte range in an object's middle: nobody has counted the lines before it.
   */
  readonly line: number;
}

/** Bounds of a chunk. It ends at whichever is reached first, so that its memory has a bound too. */
export interface ChunkSize {
  readonly records: number;
  /** Of the records' text; a single record may be longer. */
  readonly bytes: number;
}

/** How the columns of a record become the inputs of a model. The rules: columns/input-source.ts. */
export interface Binding {
  readonly signature: Signature;
  /** Columns by the name of the input that they fill, where the names do not say it themselves. */
  readonly columns?: Readonly<Record<string, string | readonly string[]>>;
  /** Columns whose values come along with each row: a key, a label. A record without one fails. */
  readonly carried: readonly string[];
}

export interface ReadRequest {
  readonly form: ObjectForm;
  readonly object: ObjectBytes;
  readonly slice: Slice;
  /** Where a resumed slice goes on: the `end` of a chunk that was read before. */
  readonly from?: Position | undefined;
  readonly binding: Binding;
  readonly chunk: ChunkSize;
  /** A record longer than this fails. Default: `limits.recordBytes`. */
  readonly recordBytes?: number;
}

/**
 * Consecutive records, as tensors. Where chunks end depends on nothing but the position where the
 * reading began, the bytes from there on and the chunk size: a repeated read gives the same chunks.
 *
 * The first chunk's `start` is the first record border in the slice; each `start` is the `end` before
 * it; the last `end` is the first record border at or behind the slice's end, so that it equals the
 * next slice's first `start`. A slice without records gives one chunk without records that says so.
 */
export interface RecordChunk {
  readonly start: Position;
  readonly end: Position;
  /** Records in it, those that failed among them. Every record is in a batch, or it is failed. */
  readonly records: number;
  /** What can be inferred at once, in the order of the records. */
  readonly batches: readonly Batch[];
  /** In the order of the records. */
  readonly failed: readonly FailedRecord[];
  /**
   * The words for a record that failed later: the model refused it. To be asked before the next chunk
   * is: by then the record's text is gone, and this throws. All else of a chunk stays.
   */
  failure(record: number, reason: string): FailedRecord;
}

/** Consecutive rows of a chunk whose tensors are stacked. A model without a batch dimension: one row. */
export interface Batch {
  readonly rows: number;
  /** The model's inputs; the first dimension of each is `rows`, for a model with a batch dimension. */
  readonly inputs: readonly Tensor[];
  /** For each row, the index of its record in the chunk; ascending. */
  readonly records: ArrayLike<number>;
  /** By column, the carried value of each row. */
  readonly carried: ReadonlyMap<string, readonly CarriedValue[]>;
}

/** CSV knows only text; whole numbers that a double cannot hold are bigints. */
export type CarriedValue = string | number | bigint | boolean | null;

export interface FailedRecord {
  /** Index in the chunk. */
  readonly record: number;
  /** As `Position.line`; of a CSV record of several lines, the first. */
  readonly line: number;
  /** As `Position.offset`, of the record's start. */
  readonly offset: number;
  /** For the user: column, value, what is wrong. */
  readonly reason: string;
  /** The record as it stands in the input (Parquet: as JSON); cut when it is very long. */
  readonly row: string;
}

export interface WriteRequest {
  readonly format: BatchFormat;
  readonly signature: Signature;
  /** Carried columns that are written in front of the outputs: the key. */
  readonly carried: readonly string[];
}

/** Makes one part. Equal rows give equal bytes, however they were cut into batches. */
export interface RecordWriter {
  /** Media type of the part. */
  readonly contentType: string;
  /** Rows added since the last `finish`. */
  readonly rows: number;
  /** The outputs that the model gave for the batch, all of the signature's. */
  add(batch: Batch, outputs: readonly Tensor[]): void;
  /** The part's bytes; the writer is empty again. */
  finish(): Uint8Array;
}
