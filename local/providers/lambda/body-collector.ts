/** Gathers a body of announced or unknown length, copying each byte at most once. */
export class BodyCollector {
  readonly #limit: number;
  readonly #whole: Buffer | undefined;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(limit: number, length: number | undefined) {
    this.#limit = limit;
    // One chunk is the usual case and needs no copy at all, so small bodies are not allocated ahead.
    const worthIt = length !== undefined && length > 64 * 1024 && length <= limit;
    this.#whole = worthIt ? Buffer.allocUnsafe(length) : undefined;
  }

  /** Bytes seen, also those beyond the limit, which are not kept. */
  get size(): number {
    return this.#size;
  }

  get tooLarge(): boolean {
    return this.#size > this.#limit;
  }

  add(chunk: Buffer): void {
    const offset = this.#size;
    this.#size += chunk.length;
    if (this.tooLarge) this.#chunks = [];
    else if (this.#whole) chunk.copy(this.#whole, offset);
    else this.#chunks.push(chunk);
  }

  /** The body; empty when it was too large. */
  take(): Buffer {
    if (this.#whole && !this.tooLarge) return this.#whole.subarray(0, this.#size);
    return this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
  }
}
