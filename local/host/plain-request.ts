import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** The head of a request, as Node's IncomingMessage has it. */
export interface RequestHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  /** Names and values by turns, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly socket: Pick<Socket, 'remoteAddress' | 'localPort'>;
}

/**
 * A request in the plainest form of HTTP/1.1: its body has an announced length and is all there, and
 * nothing in its head asks for anything special. Requests with equal heads on one connection have the
 * same head object, so that what follows from a head alone may be kept with it.
 */
export interface PlainRequest {
  readonly head: RequestHead;
  /** Its bytes may be others once the call that hands them over has returned. */
  readonly body: Buffer;
}

/** Where an answer that is sent as a whole goes. */
export interface AnswerTo {
  /** The caller has gone: nobody would read an answer. */
  readonly isGone: boolean;
  /** The answer, or a part of it, has been sent. */
  readonly hasBegun: boolean;
  /**
   * Sends the whole answer; its headers, names and values by turns, hold a Content-Length. Throws, with
   * nothing sent, when HTTP does not allow a header.
   */
  send(status: number, headers: readonly string[], body: string | Buffer): void;
  /** Breaks the connection off. */
  destroy(): void;
}
