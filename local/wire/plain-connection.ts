import type { Socket } from 'node:net';
import { LARGE, type Places } from '../host/places.ts';
import type { AnswerTo, PlainRequest } from '../host/plain-request.ts';
import { plainAnswer } from './plain-answer.ts';
import { type PlainHead, parsePlainHead } from './plain-head.ts';

/** Answers a plain request some time, or says that it does not. */
export type AnswerPlain = (request: PlainRequest, answer: AnswerTo) => boolean;

/** Node's limit on a head. */
const HEAD_LIMIT = 16 * 1024;
/** Nothing that takes plain requests takes more. */
const BODY_LIMIT = 10 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);
const HEAD_END = Buffer.from('\r\n\r\n');

/** What a connection waits for: a request, the rest of one, its answer, or the peer to take that. */
type State = 'idle' | 'receiving' | 'answering' | 'sending';

interface PlainConnectionOptions {
  readonly socket: Socket;
  readonly answer: AnswerPlain;
  /** Has Node's server take the connection, with what has been received of a request before it. */
  readonly leave: () => void;
  readonly keepAliveSeconds: number;
  /** Where large bodies are put together. */
  readonly places: Places;
}

/**
 * A connection on which plain requests come, one after the other. It is left to Node's HTTP server,
 * once and for all, as soon as anything else comes: that server costs three times as much for each
 * request, and knows all there is to know about HTTP.
 */
export class PlainConnection implements AnswerTo {
  readonly socket: Socket;
  readonly #options: PlainConnectionOptions;
  #state: State = 'idle';
  /** The last head and its bytes: most clients send the same again and again. */
  #head: PlainHead | undefined;
  #headBytes = NOTHING;
  #body: Buffer = NOTHING;
  #received = 0;
  #hasEnded = false;
  #isLast = false;
  /** Sweeps since anything has come or gone. */
  #quiet = 0;

  constructor(options: PlainConnectionOptions) {
    this.#options = options;
    this.socket = options.socket;
    this.socket.on('data', this.#onData).on('end', this.#onEnd).on('drain', this.#onDrain);
    this.socket.on('error', this.#onError);
  }

  get isGone(): boolean {
    return this.socket.destroyed;
  }

  get hasBegun(): boolean {
    return this.#state !== 'answering';
  }

  send(status: number, headers: readonly string[], body: string | Buffer): void {
    const { head, rest } = plainAnswer(status, headers, body, {
      keepAliveSeconds: this.#isLast ? 0 : this.#options.keepAliveSeconds,
    });
    this.#state = 'sending';
    let flows: boolean;
    if (rest === undefined) {
      flows = this.socket.write(head, 'utf8');
    } else {
      this.socket.cork();
      this.socket.write(head, 'latin1');
      flows = this.socket.write(rest);
      this.socket.uncork();
    }
    this.#quiet = 0;
    if (flows) this.#goOn();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Answers what is under way and ends. */
  finish(): void {
    this.#isLast = true;
    if (this.#state === 'idle') this.socket.destroy();
  }

  /**
   * To be called every few seconds: leaves what is begun and does not go on to Node's server, which
   * has the deadlines for that, and ends what has been quiet for so many calls.
   */
  sweep(quietLimit: number): void {
    if (this.#state === 'answering') return;
    this.#quiet += 1;
    if (this.#quiet === 1) return;
    if (this.#state === 'receiving') this.#leave(this.#soFar());
    else if (!this.#head) this.#leave(NOTHING);
    else if (this.#state === 'idle' && this.#quiet > quietLimit) this.socket.destroy();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#quiet = 0;
    if (this.#state === 'idle') this.#begin(chunk);
    else if (this.#state === 'receiving') this.#receive(chunk);
    else {
      // The next request, ahead of the answer: it waits.
      this.socket.pause();
      this.socket.unshift(chunk);
    }
  };

  #begin(chunk: Buffer): void {
    const head = this.#readHead(chunk);
    if (!head) {
      this.#leave(chunk);
      return;
    }
    const start = this.#headBytes.length;
    const size = chunk.length - start;
    if (size === head.bodyLength) {
      this.#serve(head, size === 0 ? NOTHING : chunk.subarray(start), chunk);
      return;
    }
    // What follows a complete request is not for this side: pipelining is rare.
    if (size > head.bodyLength || head.bodyLength > BODY_LIMIT) {
      this.#leave(chunk);
      return;
    }
    this.#state = 'receiving';
    this.#body = this.#placeFor(head.bodyLength);
    this.#received = chunk.copy(this.#body, 0, start);
  }

  #readHead(chunk: Buffer): PlainHead | undefined {
    const known = this.#headBytes;
    if (this.#head && chunk.length >= known.length && known.compare(chunk, 0, known.length) === 0) {
      return this.#head;
    }
    const end = chunk.indexOf(HEAD_END);
    if (end < 0 || end > HEAD_LIMIT) return undefined;
    const head = parsePlainHead(chunk.toString('latin1', 0, end), this.socket);
    if (!head) return undefined;
    this.#head = head;
    this.#headBytes = Buffer.from(chunk.subarray(0, end + HEAD_END.length));
    return head;
  }

  #receive(chunk: Buffer): void {
    if (this.#received + chunk.length > this.#body.length) {
      this.#leave(Buffer.concat([this.#soFar(), chunk]));
      return;
    }
    this.#received += chunk.copy(this.#body, this.#received);
    if (this.#received < this.#body.length) return;
    const body = this.#body;
    this.#serve(this.#head as PlainHead, body, undefined);
    this.#release(body);
  }

  #serve(head: PlainHead, body: Buffer, whole: Buffer | undefined): void {
    this.#state = 'answering';
    if (this.#options.answer({ head, body }, this)) return;
    this.#leave(whole ?? Buffer.concat([this.#headBytes, body]));
  }

  #placeFor(size: number): Buffer {
    return size < LARGE ? Buffer.allocUnsafe(size) : this.#options.places.take(size);
  }

  #release(body: Buffer): void {
    this.#body = NOTHING;
    if (body.length >= LARGE) this.#options.places.giveBack(body);
  }

  /** All that has been received of a request that is not complete. */
  #soFar(): Buffer {
    return Buffer.concat([this.#headBytes, this.#body.subarray(0, this.#received)]);
  }

  /** The answer has gone out as far as the peer takes it. */
  #goOn(): void {
    if (this.#state !== 'sending') return;
    this.#state = 'idle';
    if (this.#isLast || this.#hasEnded) this.socket.end();
    else if (this.socket.isPaused()) this.socket.resume();
  }

  readonly #onDrain = (): void => this.#goOn();

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    // A caller that has closed its side after a request still waits for the answer.
    if (this.#state === 'idle' || this.#state === 'receiving') this.socket.end();
  };

  readonly #onError = (): void => {
    this.socket.destroy();
  };

  #leave(received: Buffer): void {
    const { socket } = this;
    socket.off('data', this.#onData).off('end', this.#onEnd).off('drain', this.#onDrain);
    socket.off('error', this.#onError);
    socket.pause();
    if (received.length > 0) socket.unshift(received);
    this.#options.leave();
    socket.resume();
  }
}
