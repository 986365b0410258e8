import type { BatchFormat } from '../contract/batch.ts';
import type {
  ObjectBytes,
  ReadRequest,
  RecordChunk,
  RecordWriter,
  Slice,
  WriteRequest,
} from './records.ts';

/** What a format is to this room; one folder each, listed in formats.ts. */
export interface RecordFormat {
  readonly name: BatchFormat;
  /** Ends of object keys, with the dot. The first is given to parts. */
  readonly extensions: readonly string[];
  /** Text: may be compressed as a whole. */
  readonly compressible: boolean;
  /** The slices of one uncompressed object of about so many bytes each, in order, nothing left out. */
  slices(object: ObjectBytes, sliceBytes: number): Promise<readonly Slice[]>;
  read(request: ReadRequest): AsyncIterable<RecordChunk>;
  writer(request: WriteRequest): RecordWriter;
}

/** Behind every byte or row: the end of a slice that is the whole object. */
export const wholeObject = Number.MAX_SAFE_INTEGER;
