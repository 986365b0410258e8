/** Text, or room for so many ASCII characters. */
export type Piece = string | number;

/** Bytes with room for what is different each time: one copy, where text would be joined and encoded. */
export class ByteTemplate {
  readonly #bytes: Buffer;
  readonly #rooms: { readonly at: number; readonly size: number }[] = [];

  constructor(pieces: readonly Piece[]) {
    let at = 0;
    const parts = pieces.map((piece) => {
      const part = typeof piece === 'number' ? Buffer.alloc(piece, ' ') : Buffer.from(piece);
      if (typeof piece === 'number') this.#rooms.push({ at, size: piece });
      at += part.length;
      return part;
    });
    this.#bytes = Buffer.concat(parts);
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** Begins `target` with a copy. Of a text that is too long for its room the rest is cut off. */
  copyTo(target: Buffer, texts: readonly string[]): void {
    this.#bytes.copy(target);
    for (let i = 0; i < this.#rooms.length; i++) {
      const { at, size } = this.#rooms[i] as { at: number; size: number };
      target.write(texts[i] as string, at, size, 'latin1');
    }
  }
}
