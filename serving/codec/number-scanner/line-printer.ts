import { floatPrinter, releaseLarge } from './float-printer.ts';

/** A step of printing a row; the rows are printed one after the other. */
export type LineStep =
  | { readonly kind: 'literal'; readonly text: string }
  /** For each row its own text. */
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  /** Of each row's `size` floats, `count` from `offset` on, with commas between them. */
  | {
      readonly kind: 'floats';
      readonly values: Float32Array;
      readonly size: number;
      readonly offset: number;
      readonly count: number;
    }
  /** One whole number a row: safe integers, or longs. */
  | { readonly kind: 'wholes'; readonly values: Float64Array | BigInt64Array };

const kinds = { literal: 0, texts: 1, floats: 2, wholes: 3, longs: 4 } as const;
const longestWhole = 20;

/**
 * Lines of JSON in UTF-8, assembled in WebAssembly: with strings, each row would be a dozen objects to
 * be collected. Floats are spelled as `printFloatRows` has them.
 */
export function printLines(steps: readonly LineStep[], rows: number): Buffer {
  const { wasm, longestFloat } = floatPrinter();
  const fill = new Filling(16 * steps.length);
  const words = steps.map((step) => wordsOf(step, fill, rows));
  const outAt = fill.size;
  const most = steps.reduce((sum, step) => sum + bytesOf(step, rows, longestFloat), 0);
  const base = wasm.room(outAt + most + 8);
  if (base === 0) throw new Error(`${rows} rows are too many to print at once`);
  const memory = Buffer.from(wasm.memory.buffer);
  fill.into(memory, base);
  words.flat().forEach((word, index) => {
    memory.writeUInt32LE(word(base), base + 4 * index);
  });
  const end = wasm.printLines(base, base + 16 * steps.length, rows, base + outAt);
  const lines = Buffer.from(memory.subarray(base + outAt, end));
  releaseLarge();
  return lines;
}

/** A word of a step, once the memory's address is known. */
type Word = (base: number) => number;

function wordsOf(step: LineStep, fill: Filling, rows: number): Word[] {
  const plain =
    (value: number): Word =>
    () =>
      value;
  const address =
    (offset: number): Word =>
    (base) =>
      base + offset;
  switch (step.kind) {
    case 'literal': {
      const bytes = Buffer.from(step.text);
      return [plain(kinds.literal), address(fill.add(bytes)), plain(bytes.length), plain(0)];
    }
    case 'texts': {
      const { bytes, ends } = packed(step.texts, rows);
      const at = address(fill.add(bytes));
      return [plain(kinds.texts), at, address(fill.add(viewOf(ends))), plain(0)];
    }
    case 'floats': {
      const at = address(fill.add(viewOf(step.values)) + 4 * step.offset);
      return [plain(kinds.floats), at, plain(step.count), plain(4 * step.size)];
    }
    case 'wholes': {
      const kind = step.values instanceof BigInt64Array ? kinds.longs : kinds.wholes;
      return [plain(kind), address(fill.add(viewOf(step.values))), plain(0), plain(0)];
    }
  }
}

function bytesOf(step: LineStep, rows: number, longestFloat: number): number {
  switch (step.kind) {
    case 'literal':
      return rows * Buffer.byteLength(step.text);
    case 'texts':
      return step.texts.reduce((sum, text) => sum + 3 * text.length, 0);
    case 'floats':
      return rows * step.count * longestFloat;
    case 'wholes':
      return rows * longestWhole;
  }
}

function packed(texts: readonly string[], rows: number) {
  const joined = texts.join('');
  const bytes = Buffer.from(joined);
  const isAscii = bytes.length === joined.length;
  const ends = new Uint32Array(rows);
  let end = 0;
  texts.forEach((text, row) => {
    end += isAscii ? text.length : Buffer.byteLength(text);
    ends[row] = end;
  });
  return { bytes, ends };
}

function viewOf({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** What lies before the lines in the module's memory; the same array only once. */
class Filling {
  readonly #pieces: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  add(bytes: Uint8Array): number {
    const { buffer, byteOffset, byteLength } = bytes;
    const known = this.#pieces.find(
      (piece) =>
        piece.bytes.buffer === buffer &&
        piece.bytes.byteOffset === byteOffset &&
        piece.bytes.byteLength === byteLength,
    );
    if (known) return known.at;
    const at = this.#size;
    this.#pieces.push({ at, bytes });
    // A copy of eight bytes may begin at a piece's last.
    this.#size = (at + byteLength + 15) & ~7;
    return at;
  }

  into(memory: Buffer, base: number): void {
    for (const { at, bytes } of this.#pieces) memory.set(bytes, base + at);
  }
}
