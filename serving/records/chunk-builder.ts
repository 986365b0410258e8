import { stackBatches } from './columns/stack.ts';
import type { Batch, FailedRecord, Position, RecordChunk } from './records.ts';

/** Where a record stands, for the one who looks for it. */
export interface RecordPlace {
  readonly line: number;
  readonly offset: number;
  /** The record's own text; cut here when it is very long. */
  text(): string;
}

/** Longest text of a failed record that is kept. */
const longestRow = 64 * 1024;

/** Collects a chunk's records, in any order of successes and failures. */
export class ChunkBuilder {
  readonly #start: Position;
  readonly #end: Position;
  readonly #records: number;
  readonly #placeOf: (record: number) => RecordPlace;
  readonly #pieces: Batch[] = [];
  readonly #failed: FailedRecord[] = [];

  constructor(
    start: Position,
    end: Position,
    records: number,
    placeOf: (record: number) => RecordPlace,
  ) {
    this.#start = start;
    this.#end = end;
    this.#records = records;
    this.#placeOf = placeOf;
  }

  add(piece: Batch): void {
    if (piece.rows > 0) this.#pieces.push(piece);
  }

  fail(record: number, reason: string): void {
    this.#failed.push(this.#failure(record, reason));
  }

  build(batched: boolean): RecordChunk {
    this.#pieces.sort((a, b) => (a.records[0] as number) - (b.records[0] as number));
    this.#failed.sort((a, b) => a.record - b.record);
    return {
      start: this.#start,
      end: this.#end,
      records: this.#records,
      batches: stackBatches(this.#pieces, batched),
      failed: this.#failed,
      failure: (record, reason) => this.#failure(record, reason),
    };
  }

  #failure(record: number, reason: string): FailedRecord {
    const place = this.#placeOf(record);
    const text = place.text();
    const row = text.length > longestRow ? `${text.slice(0, longestRow)}...` : text;
    return { record, line: place.line, offset: place.offset, reason, row };
  }
}
