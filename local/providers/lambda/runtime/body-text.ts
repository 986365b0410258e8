/**
 * The text of one message's body after the other. A body that comes in pieces is put together in a place
 * that the next one uses again: the pieces themselves are only there while they are handed over.
 */
export class BodyText {
  #place = Buffer.alloc(0);
  #size = 0;
  #length: number | undefined;
  #whole: string | undefined;

  /** A body of so many bytes follows; of unknown length when it comes in chunks. */
  begin(length: number | undefined): void {
    this.#length = length;
    this.#size = 0;
    this.#whole = undefined;
  }

  add(piece: Buffer): void {
    if (piece.length === this.#length) {
      this.#whole = piece.toString();
      return;
    }
    const end = this.#size + piece.length;
    if (end > this.#place.length) this.#grow(Math.max(this.#length ?? 2 * end, end));
    piece.copy(this.#place, this.#size);
    this.#size = end;
  }

  take(): string {
    return this.#whole ?? this.#place.toString('utf8', 0, this.#size);
  }

  #grow(bytes: number): void {
    const place = Buffer.allocUnsafeSlow(bytes);
    this.#place.copy(place, 0, 0, this.#size);
    this.#place = place;
  }
}
