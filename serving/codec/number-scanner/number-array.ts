import type { ScannerMemory } from './scanner-memory.ts';

/** What elements become in memory: the doubles that JSON.parse would give, or these as singles. */
export type ElementType = 'doubles' | 'singles';

/** Marks of assembly/record.ts. */
const marks = {
  ragged: 1,
  fraction: 2,
  roundedInteger: 4,
  overflow: 8,
  nonFinite: 16,
  booleans: 32,
  nulls: 64,
} as const;

const header = 40;

/**
 * A JSON array of numbers, nested or flat, that was lifted out of its text. It is a look into the
 * scanner's memory, whose layout is written down in assembly/record.ts, and gone with its next scan.
 */
export class NumberArray {
  readonly elements: ElementType;
  /** Lengths from the outermost array inwards; not meaningful when `ragged`. */
  readonly shape: readonly number[];
  readonly count: number;
  /** Where the array begins and ends in the body. */
  readonly start: number;
  readonly end: number;
  /** Least and greatest finite element; Infinity and -Infinity when there is none, or of singles. */
  readonly least: number;
  readonly greatest: number;
  readonly #marks: number;
  readonly #memory: ScannerMemory;
  readonly #record: number;
  readonly #scan: number;

  constructor(memory: ScannerMemory, record: number, elements: ElementType) {
    const { words, doubles, text } = memory;
    const word = record >>> 2;
    const count = words[word + 2] as number;
    this.elements = elements;
    this.start = (words[word] as number) - text;
    this.end = (words[word + 1] as number) - text;
    this.count = count;
    this.#marks = words[word + 4] as number;
    this.least = doubles[(record >>> 3) + 3] as number;
    this.greatest = doubles[(record >>> 3) + 4] as number;
    this.#memory = memory;
    this.#record = record;
    this.#scan = memory.scans;
    const rank = words[word + 3] as number;
    const lengths = (record + header + bytesOf(elements) * count) >>> 2;
    this.shape =
      rank === 1 ? [words[lengths] as number] : Array.from(words.subarray(lengths, lengths + rank));
  }

  /** Where the next record begins. */
  get recordEnd(): number {
    const { length } = this.shape;
    return (this.#record + header + bytesOf(this.elements) * this.count + 4 * length + 7) & ~7;
  }

  /** Arrays at one depth differ in length, or numbers lie at different depths. */
  get ragged(): boolean {
    return (this.#marks & marks.ragged) !== 0;
  }

  /** Every element is a finite whole number: a copy into an integer array only needs the range. */
  get integral(): boolean {
    return (this.#marks & marks.fraction) === 0;
  }

  /**
   * A whole number in `values` may not be exactly what the text says: it is beyond 2^53, or digits
   * were rounded away. Integer types must read `tokens()` then.
   */
  get roundedInteger(): boolean {
    return (this.#marks & marks.roundedInteger) !== 0;
  }

  /** A number of the text is beyond the largest double, or single, and Infinity here. */
  get overflow(): boolean {
    return (this.#marks & marks.overflow) !== 0;
  }

  /** There are NaN, Infinity or -Infinity tokens. */
  get nonFinite(): boolean {
    return (this.#marks & marks.nonFinite) !== 0;
  }

  /** There are true (1 here) or false (0 here). */
  get booleans(): boolean {
    return (this.#marks & marks.booleans) !== 0;
  }

  /** There are nulls, NaN here. */
  get nulls(): boolean {
    return (this.#marks & marks.nulls) !== 0;
  }

  /** A copy of the elements in row-major order, as singles or doubles. */
  copy(): Float64Array | Float32Array {
    const { values } = this;
    // Out of Node's pool where it is small: memory of its own costs more than the copy.
    const { buffer, byteOffset } = Buffer.allocUnsafe(values.byteLength);
    const copy =
      this.elements === 'singles'
        ? new Float32Array(buffer, byteOffset, this.count)
        : new Float64Array(buffer, byteOffset, this.count);
    copy.set(values);
    return copy;
  }

  /**
   * The elements in row-major order. They lie in the scanner's own memory and are gone with its next
   * scan: copy them, do not keep them.
   */
  get values(): Float64Array | Float32Array {
    const { singles, doubles } = this.#current();
    const at = this.#record + header;
    return this.elements === 'singles'
      ? singles.subarray(at >>> 2, (at >>> 2) + this.count)
      : doubles.subarray(at >>> 3, (at >>> 3) + this.count);
  }

  /** The elements as they are written, in row-major order: for types that a double cannot carry. */
  *tokens(): Generator<string> {
    const { bytes, text } = this.#current();
    const source = bytes.toString('latin1', text + this.start, text + this.end);
    for (const [token] of source.matchAll(/[^[\],\s]+/g)) yield token;
  }

  #current(): ScannerMemory {
    if (this.#memory.scans === this.#scan) return this.#memory;
    throw new Error('The numbers of a scanned body were read after the next body was scanned');
  }
}

function bytesOf(elements: ElementType): number {
  return elements === 'singles' ? 4 : 8;
}
