import { RecordsError } from '../records-error.ts';

/**
 * Node's zstd stream stops in silence behind the first frame, but files that were joined or packed by
 * several threads hold many. The borders of frames are found from the sizes of their blocks, which
 * are written in front of each (RFC 8878, section 3.1), without expanding anything.
 */
export class ZstdFrames {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Whether another frame of data begins; skippable frames are left out. */
  async begins(): Promise<boolean> {
    for (;;) {
      if (!(await this.#hold(1))) return false;
      const magic = view(await this.#need(4)).getUint32(0, true);
      if (magic === 0xfd2fb528) return true;
      if (magic >>> 4 !== 0x184d2a5) throw damaged('neither a frame nor the end follows a frame');
      await this.#take(4);
      const left = view(await this.#take(4)).getUint32(0, true);
      for await (const _ of this.#pass(left));
    }
  }

  /** The bytes of the frame that begins. */
  async *frame(): AsyncGenerator<Uint8Array> {
    const front = await this.#need(5);
    const descriptor = front[4] as number;
    yield* this.#pass(5 + headerLength(descriptor));
    for (let last = false; !last; ) {
      const header = await this.#need(3);
      const word =
        (header[0] as number) | ((header[1] as number) << 8) | ((header[2] as number) << 16);
      last = (word & 1) === 1;
      const isRun = ((word >>> 1) & 3) === 1;
      yield* this.#pass(3 + (isRun ? 1 : word >>> 3));
    }
    const hasChecksum = (descriptor & 4) !== 0;
    if (hasChecksum) yield* this.#pass(4);
  }

  /** Ends the transfer. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async *#pass(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0; ) {
      if (!(await this.#hold(1))) throw damaged('it ends too early');
      const piece = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async #take(count: number): Promise<Uint8Array> {
    const bytes = await this.#need(count);
    this.#held = this.#held.subarray(count);
    return bytes;
  }

  async #need(count: number): Promise<Uint8Array> {
    if (!(await this.#hold(count))) throw damaged('it ends too early');
    return this.#held.subarray(0, count);
  }

  async #hold(count: number): Promise<boolean> {
    while (this.#held.length < count) {
      const { value, done } = await this.#source.next();
      if (done) return false;
      this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
    }
    return true;
  }
}

/** Bytes of the frame header behind its descriptor. */
function headerLength(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryId = [0, 1, 2, 4][descriptor & 3] as number;
  const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6] as number;
  return (isSingleSegment ? 0 : 1) + dictionaryId + contentSize;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(problem: string): RecordsError {
  return new RecordsError('damaged', `the object is not whole zstd: ${problem}; upload it again`);
}
