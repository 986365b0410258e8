import { Transform, type TransformCallback } from 'node:stream';
import { AwsError } from '../../host/aws-error.ts';

/** A chunk's header line and a trailer line are short; longer ones are not aws-chunked. */
const LONGEST_LINE = 8192;

/**
 * Takes the aws-chunked framing off a body: `<hex size>[;chunk-signature=...]CRLF data CRLF`, after
 * the empty chunk trailers, which carry the checksum that SDKs send by default.
 */
export class ChunkedDecoder extends Transform {
  readonly #trailers: Record<string, string> = {};
  #pending: Buffer = Buffer.alloc(0);
  #missing = 0;
  #state: 'size' | 'data' | 'end of data' | 'trailer' | 'done' = 'size';

  /** Complete once the stream has ended. */
  get trailers(): Readonly<Record<string, string>> {
    return this.#trailers;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#pending = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    try {
      while (this.#step());
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    const complete = this.#state === 'done' || this.#state === 'trailer';
    done(complete ? null : incomplete());
  }

  /** Consumes one part of what is pending; false when more is needed. */
  #step(): boolean {
    if (this.#state === 'data') return this.#takeData();
    if (this.#state === 'done') {
      this.#pending = Buffer.alloc(0);
      return false;
    }
    const line = this.#takeLine();
    if (line === undefined) return false;
    if (this.#state === 'size') this.#beginChunk(line);
    else if (this.#state === 'trailer') this.#takeTrailer(line);
    else if (line === '') this.#state = 'size';
    else throw incomplete();
    return true;
  }

  #takeData(): boolean {
    const data = this.#pending.subarray(0, this.#missing);
    if (data.length === 0) return false;
    this.push(data);
    this.#pending = this.#pending.subarray(data.length);
    this.#missing -= data.length;
    if (this.#missing === 0) this.#state = 'end of data';
    return this.#pending.length > 0;
  }

  #takeLine(): string | undefined {
    const end = this.#pending.indexOf('\r\n');
    if (end < 0) {
      if (this.#pending.length > LONGEST_LINE) throw incomplete();
      return undefined;
    }
    const line = this.#pending.toString('latin1', 0, end);
    this.#pending = this.#pending.subarray(end + 2);
    return line;
  }

  #beginChunk(line: string): void {
    const size = /^[0-9a-f]+/i.exec(line)?.[0];
    if (!size) throw incomplete();
    this.#missing = Number.parseInt(size, 16);
    this.#state = this.#missing === 0 ? 'trailer' : 'data';
  }

  #takeTrailer(line: string): void {
    if (line === '') {
      this.#state = 'done';
      return;
    }
    const colon = line.indexOf(':');
    this.#trailers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
}

function incomplete(): AwsError {
  return new AwsError('IncompleteBody', 'The aws-chunked body does not have the form it announces');
}
