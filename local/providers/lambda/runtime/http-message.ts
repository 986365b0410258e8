/**
 * HTTP/1.1 messages from a byte stream, however it is cut: the part of RFC 9112 that the Runtime
 * API needs. Both of its ends use this reader. node:http costs three times the CPU per request.
 */

/** Header fields by lower-case name. */
export type Headers = Record<string, string>;

export interface MessageHead {
  /** Request line or status line. */
  readonly startLine: string;
  readonly headers: Headers;
  /** Bytes of the body; undefined when it comes in chunks. */
  readonly length: number | undefined;
}

export interface MessageListener {
  head(head: MessageHead): void;
  /** A piece of what was pushed, which it shares its bytes with. */
  body(chunk: Buffer): void;
  /** The message is complete; trailers are what followed a chunked body. */
  end(trailers: Headers): void;
}

/** The peer does not speak HTTP/1.1; the connection cannot be used any further. */
export class HttpSyntaxError extends Error {
  override readonly name = 'HttpSyntaxError';
}

const HEAD_LIMIT = 64 * 1024;
const LINE_LIMIT = 8 * 1024;
/** So many bytes are quicker compared than read. */
const SHORT = 128;
const CR = 13;
const LF = 10;
const NONE: Headers = Object.freeze(Object.create(null));
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

type State = 'head' | 'fixed' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers';

export class MessageReader {
  readonly #listener: MessageListener;
  #state: State = 'head';
  #rest: Buffer | undefined;
  #remaining = 0;
  #trailers: Headers = NONE;
  /** The last short head. */
  #short: { readonly bytes: Buffer; readonly head: MessageHead } | undefined;

  constructor(listener: MessageListener) {
    this.#listener = listener;
  }

  /** Takes the next bytes of the stream, and keeps none of them. Throws HttpSyntaxError, after which nothing may follow. */
  push(chunk: Buffer): void {
    const data = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    let offset = 0;
    while (offset < data.length) {
      const next = this.#step(data, offset);
      if (next === undefined) {
        // A copy: who reads into one place again and again overwrites what it has pushed.
        this.#rest = Buffer.from(data.subarray(offset));
        return;
      }
      offset = next;
    }
  }

  /** Consumes one element at `offset`; undefined when it is not complete yet. */
  #step(data: Buffer, offset: number): number | undefined {
    switch (this.#state) {
      case 'head':
        return this.#readHead(data, offset);
      case 'fixed':
        return this.#readBody(data, offset, () => this.#finish());
      case 'chunk-size':
        return this.#readChunkSize(data, offset);
      case 'chunk-data':
        return this.#readBody(data, offset, () => {
          this.#state = 'chunk-end';
        });
      case 'chunk-end':
        return this.#readChunkEnd(data, offset);
      case 'trailers':
        return this.#readTrailer(data, offset);
    }
  }

  #readHead(data: Buffer, offset: number): number | undefined {
    // An empty line before a start line is to be ignored (RFC 9112, 2.2).
    if (data[offset] === CR && data[offset + 1] === LF) return offset + 2;
    const end = data.indexOf('\r\n\r\n', offset, 'latin1');
    const size = (end < 0 ? data.length : end) - offset;
    if (size > HEAD_LIMIT) throw new HttpSyntaxError(`head exceeds ${HEAD_LIMIT} bytes`);
    if (end < 0) return undefined;
    const head = this.#headOf(data, offset, end);
    this.#listener.head(head);
    if (head.length === undefined) {
      this.#state = 'chunk-size';
    } else if (head.length === 0) {
      this.#finish();
    } else {
      this.#remaining = head.length;
      this.#state = 'fixed';
    }
    return end + 4;
  }

  /** Every other head is a short one that was there before: a question for an event, or thanks. */
  #headOf(data: Buffer, start: number, end: number): MessageHead {
    const known = this.#short;
    if (known && known.bytes.compare(data, start, end) === 0) return known.head;
    const head = parseHead(data.toString('latin1', start, end));
    if (end - start <= SHORT) {
      this.#short = { bytes: Buffer.from(data.subarray(start, end)), head };
    }
    return head;
  }

  #readBody(data: Buffer, offset: number, done: () => void): number {
    const end = Math.min(data.length, offset + this.#remaining);
    this.#remaining -= end - offset;
    this.#listener.body(data.subarray(offset, end));
    if (this.#remaining === 0) done();
    return end;
  }

  #readChunkSize(data: Buffer, offset: number): number | undefined {
    const line = readLine(data, offset);
    if (line === undefined) return undefined;
    const size = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?$/.exec(line)?.[1];
    if (size === undefined) throw new HttpSyntaxError(`chunk size ${JSON.stringify(line)}`);
    this.#remaining = Number.parseInt(size, 16);
    this.#state = this.#remaining === 0 ? 'trailers' : 'chunk-data';
    return offset + line.length + 2;
  }

  #readChunkEnd(data: Buffer, offset: number): number | undefined {
    if (data.length - offset < 2) return undefined;
    if (data[offset] !== CR || data[offset + 1] !== LF) {
      throw new HttpSyntaxError('a chunk is longer than its size says');
    }
    this.#state = 'chunk-size';
    return offset + 2;
  }

  #readTrailer(data: Buffer, offset: number): number | undefined {
    const line = readLine(data, offset);
    if (line === undefined) return undefined;
    if (line === '') this.#finish();
    else {
      if (this.#trailers === NONE) this.#trailers = Object.create(null) as Headers;
      addHeader(this.#trailers, line);
    }
    return offset + line.length + 2;
  }

  #finish(): void {
    const trailers = this.#trailers;
    this.#trailers = NONE;
    this.#state = 'head';
    this.#listener.end(trailers);
  }
}

/** The line at `offset` without its end; undefined when it is not complete yet. */
function readLine(data: Buffer, offset: number): string | undefined {
  const end = data.indexOf('\r\n', offset, 'latin1');
  if ((end < 0 ? data.length : end) - offset > LINE_LIMIT) {
    throw new HttpSyntaxError(`line exceeds ${LINE_LIMIT} bytes`);
  }
  return end < 0 ? undefined : data.toString('latin1', offset, end);
}

function parseHead(text: string): MessageHead {
  const lines = text.split('\r\n');
  const headers: Headers = Object.create(null);
  for (let i = 1; i < lines.length; i++) addHeader(headers, lines[i] as string);
  return { startLine: lines[0] as string, headers, length: bodyLength(headers) };
}

function addHeader(headers: Headers, line: string): void {
  const colon = line.indexOf(':');
  const name = colon < 1 ? undefined : fieldName(line.slice(0, colon));
  // Also catches a continuation line, which RFC 9112 (5.2) has a server refuse.
  if (name === undefined) throw new HttpSyntaxError(`header ${JSON.stringify(line)}`);
  const value = line.slice(colon + 1).trim();
  const earlier = headers[name];
  headers[name] = earlier === undefined ? value : `${earlier}, ${value}`;
}

/** Names already checked, as sent: a peer sends the same few with every message. */
const known = new Map<string, string>();
const KNOWN_LIMIT = 200;

/** The name in lower case; undefined when it is none. */
function fieldName(sent: string): string | undefined {
  const name = known.get(sent);
  if (name !== undefined) return name;
  if (!TOKEN.test(sent)) return undefined;
  const lower = sent.toLowerCase();
  if (known.size < KNOWN_LIMIT) known.set(sent, lower);
  return lower;
}

function bodyLength(headers: Headers): number | undefined {
  const coding = headers['transfer-encoding'];
  const length = headers['content-length'];
  if (coding !== undefined) {
    // Two claims about the length are how requests are smuggled.
    if (length !== undefined)
      throw new HttpSyntaxError('both content-length and transfer-encoding');
    if (coding.toLowerCase() !== 'chunked') throw new HttpSyntaxError(`transfer coding ${coding}`);
    return undefined;
  }
  if (length === undefined) return 0;
  if (!/^\d{1,15}$/.test(length)) throw new HttpSyntaxError(`content-length ${length}`);
  return Number(length);
}
