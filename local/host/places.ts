const MIB = 1024 * 1024;

/** Bytes from here on are worth a place of their own. */
export const LARGE = 64 * 1024;

/**
 * Places for what is large and short-lived, each used again. A new buffer for each would have the
 * garbage collector look through the whole cloud every few requests with an image, which takes longer
 * than all else that is done for them.
 */
export class Places {
  readonly #limit: number;
  readonly #free: Buffer[] = [];

  /** Keeps so many while nobody needs them. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes of anything; they are to be given back once nobody reads them any more. */
  take(size: number): Buffer {
    const fitting = this.#free.findIndex((place) => place.length >= size);
    const [place] = fitting < 0 ? [] : this.#free.splice(fitting, 1);
    return (place ?? Buffer.allocUnsafeSlow(Math.ceil(size / MIB) * MIB)).subarray(0, size);
  }

  giveBack(bytes: Buffer): void {
    if (this.#free.length < this.#limit) this.#free.push(Buffer.from(bytes.buffer));
  }
}
