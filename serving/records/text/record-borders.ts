/** Where records end. It keeps its place in a record, so that no byte is looked at twice. */
export interface RecordBorders {
  /** Forgets the record that it was in. */
  begin(): void;
  /** The buffer's bytes lie elsewhere now. */
  moved(): void;
  /**
   * Index behind the line feed that ends the record, or -1 when there is none before `to`. `from` is
   * the record's start at first, and `to` of the call before from then on.
   */
  find(buffer: Buffer, from: number, to: number): number;
  /** Line feeds in the record that ended last, but for the one that ended it. */
  readonly innerLines: number;
  /** Throws when the text may not end inside this record. */
  end(line: number): void;
}

const lineFeed = 0x0a;

/** Every line is a record. */
export class LineBorders implements RecordBorders {
  readonly innerLines = 0;
  begin(): void {}
  moved(): void {}
  find(buffer: Buffer, from: number, to: number): number {
    const at = buffer.indexOf(lineFeed, from);
    return at < 0 || at >= to ? -1 : at + 1;
  }
  end(): void {}
}

/** Nothing but spaces, tabs and a carriage return: no record. */
export function isBlank(buffer: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = buffer[at] as number;
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}
