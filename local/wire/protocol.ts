import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { AwsError } from '../host/aws-error.ts';
import type { Provider } from '../host/provider.ts';

/** A request to one service, with what every protocol needs to read it. */
export interface WireRequest {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly service: string;
  readonly provider: Provider;
  readonly requestId: string;
}

/** A call that has been read from the wire. */
export interface WireCall {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | Readable;
}

/** One of AWS's wire protocols: bytes to a call, and the call's result back to bytes. */
export interface Protocol {
  read(request: WireRequest): Promise<WireCall>;
  reply(request: WireRequest, call: WireCall, output: Record<string, unknown>): WireReply;
  /** `call` is missing when the request could not be read. */
  refuse(request: WireRequest, error: AwsError, call?: WireCall): WireReply;
}
