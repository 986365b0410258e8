/** What the scanner noted while it read an array. */
export interface NumberArrayNotes {
  /** Arrays at one depth differ in length, or numbers lie at different depths. */
  readonly ragged: boolean;
  /** Every element is a finite whole number: a copy into an integer array only needs the range. */
  readonly integral: boolean;
  /**
   * A whole number in `values` may not be exactly what the text says: it is beyond 2^53, or digits
   * were rounded away. Integer types must read `tokens()` then.
   */
  readonly roundedInteger: boolean;
  /** A number of the text is beyond the largest double, and Infinity here. */
  readonly overflow: boolean;
  /** There are NaN, Infinity or -Infinity tokens. */
  readonly nonFinite: boolean;
  /** There are true (1 here) or false (0 here). */
  readonly booleans: boolean;
  /** There are nulls, NaN here. */
  readonly nulls: boolean;
  /** Least and greatest finite element; Infinity and -Infinity when there is none. */
  readonly least: number;
  readonly greatest: number;
}

/** A JSON array of numbers, nested or flat, that was lifted out of its text. */
export class NumberArray implements NumberArrayNotes {
  /** Lengths from the outermost array inwards; not meaningful when `ragged`. */
  readonly shape: readonly number[];
  readonly ragged: boolean;
  readonly integral: boolean;
  readonly roundedInteger: boolean;
  readonly overflow: boolean;
  readonly nonFinite: boolean;
  readonly booleans: boolean;
  readonly nulls: boolean;
  readonly least: number;
  readonly greatest: number;
  readonly #values: Float64Array;
  readonly #source: Uint8Array;
  readonly #isCurrent: () => boolean;

  constructor(
    values: Float64Array,
    shape: readonly number[],
    notes: NumberArrayNotes,
    source: Uint8Array,
    isCurrent: () => boolean,
  ) {
    this.shape = shape;
    this.ragged = notes.ragged;
    this.integral = notes.integral;
    this.roundedInteger = notes.roundedInteger;
    this.overflow = notes.overflow;
    this.nonFinite = notes.nonFinite;
    this.booleans = notes.booleans;
    this.nulls = notes.nulls;
    this.least = notes.least;
    this.greatest = notes.greatest;
    this.#values = values;
    this.#source = source;
    this.#isCurrent = isCurrent;
  }

  /**
   * The elements in row-major order, each the double that JSON.parse would give. They lie in the
   * scanner's own memory and are gone with its next scan: copy them, do not keep them.
   */
  get values(): Float64Array {
    if (!this.#isCurrent()) {
      throw new Error('The numbers of a scanned body were read after the next body was scanned');
    }
    return this.#values;
  }

  /** The elements as they are written, in row-major order: for types that a double cannot carry. */
  *tokens(): Generator<string> {
    const text = Buffer.from(
      this.#source.buffer,
      this.#source.byteOffset,
      this.#source.byteLength,
    ).toString('latin1');
    for (const [token] of text.matchAll(/[^[\],\s]+/g)) yield token;
  }
}
