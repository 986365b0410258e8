import type { ChunkSize } from '../records.ts';
import { isBlank, type RecordBorders } from './record-borders.ts';

/** Consecutive records of a text, cut but not yet read. Good until the next ones are asked for. */
export interface CutRecords {
  /** From the first record's first byte, or blank lines before it, to behind the last line feed. */
  readonly bytes: Buffer;
  /** By record: where it begins and ends in `bytes`, without its line feed or CR LF. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** By record: lines before it in this text. */
  readonly lines: readonly number[];
  /** Bytes and lines before and behind this text. */
  readonly from: TextPosition;
  readonly to: TextPosition;
  /** The one record is longer than the bound: `bytes` has only how it begins. */
  readonly tooLong: boolean;
  /** Whether the next ones have not been asked for yet. */
  isCurrent(): boolean;
}

export interface TextPosition {
  readonly offset: number;
  readonly lines: number;
}

export interface CutRequest {
  readonly source: AsyncIterable<Uint8Array>;
  /** Of the first byte of `source`: a record's first. */
  readonly from: TextPosition;
  /** Records that start here or behind are another's. */
  readonly endOffset: number;
  readonly chunk: ChunkSize;
  readonly recordBytes: number;
  readonly borders: RecordBorders;
}

/** What of a record that is too long is kept, for the one who looks for it. */
const keptOfTooLong = 1024;
const leastBuffer = 256 * 1024;
const carriageReturn = 0x0d;
const byteOrderMark = [0xef, 0xbb, 0xbf];

/**
 * Cuts a text into chunks of whole records. A record that is too long is a chunk of its own. At the
 * end comes one chunk without records, when there was nothing else or blank lines are left over.
 */
export async function* cutRecords(request: CutRequest): AsyncGenerator<CutRecords> {
  const cutter = new RecordCutter(request);
  for await (const piece of request.source) {
    cutter.append(piece);
    for (let cut = cutter.next(); cut; cut = cutter.next()) yield cut;
    if (cutter.finished) break;
  }
  for (let cut = cutter.rest(); cut; cut = cutter.rest()) yield cut;
}

class RecordCutter {
  readonly #request: CutRequest;
  #buffer = Buffer.alloc(0);
  #filled = 0;
  /** Offset in the text of the buffer's first byte. */
  #base: number;
  #chunkStart = 0;
  #recordStart = 0;
  #searched = 0;
  #lines: number;
  #chunkLines: number;
  #starts: number[] = [];
  #ends: number[] = [];
  #lineOf: number[] = [];
  /** Of the record that is too long: its bytes that were dropped. */
  #dropped = 0;
  #given = 0;
  /** The chunk whose bytes still stand where they stood. */
  #current = 0;
  finished = false;

  constructor(request: CutRequest) {
    this.#request = request;
    this.#base = request.from.offset;
    this.#lines = request.from.lines;
    this.#chunkLines = request.from.lines;
    request.borders.begin();
    this.finished = request.from.offset >= request.endOffset;
  }

  append(piece: Uint8Array): void {
    if (this.#filled + piece.length > this.#buffer.length) this.#renew(piece.length);
    this.#buffer.set(piece, this.#filled);
    this.#filled += piece.length;
  }

  /** Room for more bytes: new memory costs far more than moving what is left of the old. */
  #renew(more: number): void {
    const kept = this.#filled - this.#chunkStart;
    const needed = kept + more;
    const fits = needed <= this.#buffer.length;
    const next = fits ? this.#buffer : Buffer.allocUnsafeSlow(Math.max(leastBuffer, 2 * needed));
    this.#buffer.copy(next, 0, this.#chunkStart, this.#filled);
    this.#base += this.#chunkStart;
    this.#recordStart -= this.#chunkStart;
    this.#searched -= this.#chunkStart;
    this.#chunkStart = 0;
    this.#filled = kept;
    this.#buffer = next;
    this.#request.borders.moved();
  }

  /** The next chunk, when the bytes so far hold a whole one. */
  next(): CutRecords | undefined {
    this.#current = 0;
    const { borders, chunk, recordBytes } = this.#request;
    while (!this.finished) {
      const end = borders.find(this.#buffer, this.#searched, this.#filled);
      this.#searched = end < 0 ? this.#filled : end;
      const length = this.#searched - this.#recordStart;
      if (length + this.#dropped > recordBytes) {
        // What was cut before it comes first; then this one is found again, alone.
        if (this.#starts.length > 0) return this.#give(this.#recordStart, this.#lines, end);
        if (end < 0) this.#drop();
        else return this.#giveTooLong(end);
      }
      if (end < 0) return undefined;
      if (this.#wouldOverflow(length)) return this.#give(this.#recordStart, this.#lines, end);
      this.#take(end, end - 1);
      if (this.#starts.length >= chunk.records) return this.#give(end, this.#lines);
    }
    return undefined;
  }

  /** After the source's end: the last record may lack its line feed. */
  rest(): CutRecords | undefined {
    const cut = this.next();
    if (cut) return cut;
    const { borders, recordBytes } = this.#request;
    if (!this.finished && this.#filled > this.#recordStart) {
      borders.end(this.#lines + 1);
      const length = this.#filled - this.#recordStart;
      const tooLong = length + this.#dropped > recordBytes;
      if ((tooLong && this.#starts.length > 0) || this.#wouldOverflow(length)) {
        return this.#give(this.#recordStart, this.#lines, -1);
      }
      if (tooLong) return this.#giveTooLong(this.#filled);
      this.#take(this.#filled, this.#filled);
    }
    this.finished = true;
    const left = this.#recordStart > this.#chunkStart;
    return left || this.#given === 0 ? this.#give(this.#recordStart, this.#lines) : undefined;
  }

  #wouldOverflow(length: number): boolean {
    const before = this.#recordStart - this.#chunkStart;
    return this.#starts.length > 0 && before + length > this.#request.chunk.bytes;
  }

  #take(next: number, end: number): void {
    const { borders, endOffset } = this.#request;
    const start = this.#recordStart + this.#markLength();
    if (!isBlank(this.#buffer, start, end)) {
      this.#starts.push(start - this.#chunkStart);
      const hasReturn = this.#buffer[end - 1] === carriageReturn;
      this.#ends.push(end - this.#chunkStart - (hasReturn ? 1 : 0));
      this.#lineOf.push(this.#lines);
    }
    this.#lines += 1 + borders.innerLines;
    this.#recordStart = next;
    borders.begin();
    this.finished = this.#base + next >= endOffset;
  }

  /** A byte order mark at the text's very start belongs to no record. */
  #markLength(): number {
    if (this.#base + this.#recordStart > 0) return 0;
    return byteOrderMark.every((byte, index) => this.#buffer[index] === byte) ? 3 : 0;
  }

  /** `found` is the end of the record behind this chunk, when it has been found already. */
  #give(end: number, lines: number, found = end): CutRecords {
    const cut: CutRecords = {
      bytes: this.#buffer.subarray(this.#chunkStart, end),
      starts: this.#starts,
      ends: this.#ends,
      lines: this.#lineOf,
      from: { offset: this.#base + this.#chunkStart, lines: this.#chunkLines },
      to: { offset: this.#base + end, lines },
      tooLong: false,
      isCurrent: this.#ticket(),
    };
    // A record that was only looked at is looked at again, from its start.
    if (found !== end) {
      this.#request.borders.begin();
      this.#searched = end;
    }
    this.#begin(end);
    return cut;
  }

  #giveTooLong(next: number): CutRecords {
    const kept = Math.min(keptOfTooLong, next - this.#recordStart);
    const { borders, endOffset } = this.#request;
    const from = { offset: this.#base + this.#chunkStart, lines: this.#chunkLines };
    const recordLine = this.#lines;
    this.#lines += 1 + borders.innerLines;
    this.#base += this.#dropped;
    this.#dropped = 0;
    const start = this.#recordStart - this.#chunkStart;
    const cut: CutRecords = {
      bytes: this.#buffer.subarray(this.#chunkStart, this.#recordStart + kept),
      starts: [start],
      ends: [start + kept],
      lines: [recordLine],
      from,
      to: { offset: this.#base + next, lines: this.#lines },
      tooLong: true,
      isCurrent: this.#ticket(),
    };
    borders.begin();
    this.#begin(next);
    this.finished = this.#base + next >= endOffset;
    return cut;
  }

  #ticket(): () => boolean {
    this.#given += 1;
    const given = this.#given;
    this.#current = given;
    return () => this.#current === given;
  }

  #begin(at: number): void {
    this.#chunkStart = at;
    this.#recordStart = at;
    this.#chunkLines = this.#lines;
    this.#starts = [];
    this.#ends = [];
    this.#lineOf = [];
  }

  /** All of the record that is too long but its beginning. */
  #drop(): void {
    const keep = this.#recordStart + keptOfTooLong;
    if (this.#filled <= keep) return;
    this.#dropped += this.#filled - keep;
    this.#filled = keep;
    this.#searched = keep;
  }
}
