import { RecordsError } from '../records-error.ts';
import type { RecordBorders } from '../text/record-borders.ts';

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;

/**
 * A record of CSV ends at a line feed outside of quotes (RFC 4180). A quote opens only at the start of
 * a cell; one elsewhere is a letter here, and an error to the one who reads the cells.
 */
export class CsvBorders implements RecordBorders {
  #quoted = false;
  /** The bytes so far end with a quote in a quoted cell: the next byte tells what it was. */
  #undecided = false;
  #innerLines = 0;
  readonly #quotes = new ByteSearch(quote);

  get innerLines(): number {
    return this.#innerLines;
  }

  begin(): void {
    this.#quoted = false;
    this.#undecided = false;
    this.#innerLines = 0;
  }

  moved(): void {
    this.#quotes.forget();
  }

  find(buffer: Buffer, from: number, to: number): number {
    let at = from;
    if (this.#undecided && at < to) {
      this.#undecided = false;
      if (buffer[at] === quote) at += 1;
      else this.#quoted = false;
    }
    while (at < to) {
      const mark = this.#quotes.find(buffer, at, to);
      if (this.#quoted) {
        this.#innerLines += countLines(buffer, at, mark < 0 ? to : mark);
        if (mark < 0) return -1;
        at = mark + 1;
        if (at === to) this.#undecided = true;
        else if (buffer[at] === quote) at += 1;
        else this.#quoted = false;
        continue;
      }
      const end = buffer.indexOf(lineFeed, at);
      if (end >= 0 && end < to && (mark < 0 || end < mark)) return end + 1;
      if (mark < 0) return -1;
      this.#quoted = opensCell(buffer, mark);
      at = mark + 1;
    }
    return -1;
  }

  end(line: number): void {
    if (!this.#quoted || this.#undecided) return;
    throw new RecordsError(
      'damaged',
      `the quote that opens in the record of line ${line} is never closed; everything behind it would be one cell`,
    );
  }
}

/** The first byte of a text may stand behind its byte order mark. */
function opensCell(buffer: Buffer, mark: number): boolean {
  if (mark === 0) return true;
  const before = buffer[mark - 1];
  if (before === comma || before === lineFeed) return true;
  return mark === 3 && buffer[0] === 0xef && buffer[1] === 0xbb && before === 0xbf;
}

function countLines(buffer: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let at = buffer.indexOf(lineFeed, from); at >= 0 && at < to; lines += 1) {
    at = buffer.indexOf(lineFeed, at + 1);
  }
  return lines;
}

/** Remembers the last answer: a file without quotes is not searched anew for each record. */
class ByteSearch {
  readonly #byte: number;
  #from = 0;
  #to = 0;
  #found = -1;

  constructor(byte: number) {
    this.#byte = byte;
  }

  forget(): void {
    this.#to = 0;
  }

  find(buffer: Buffer, from: number, to: number): number {
    const isKnown = this.#from <= from && to <= this.#to;
    if (isKnown && (this.#found < 0 || this.#found >= from)) {
      return this.#found < to ? this.#found : -1;
    }
    const found = buffer.subarray(from, to).indexOf(this.#byte);
    this.#from = from;
    this.#to = to;
    this.#found = found < 0 ? -1 : from + found;
    return this.#found;
  }
}
