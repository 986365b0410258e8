import { Writable } from 'node:stream';
import { errorReport } from './error-report.ts';
import type { RuntimeApiClient } from './runtime-api-client.ts';

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HTTP_RESPONSE = 'application/vnd.awslambda.http-integration-response';

/** A handler's streamed answer: each write is a chunk on the wire as soon as it is made. */
export class ResponseStream extends Writable {
  readonly #client: RuntimeApiClient;
  readonly #requestId: string;
  #contentType = 'application/octet-stream';
  #prelude: Buffer | undefined;
  #begun = false;

  constructor(client: RuntimeApiClient, requestId: string) {
    super();
    this.#client = client;
    this.#requestId = requestId;
  }

  get begun(): boolean {
    return this.#begun;
  }

  setContentType(type: string): void {
    this.#contentType = type;
  }

  /** Status and headers of an HTTP answer, sent before its first byte. */
  setPrelude(prelude: object): void {
    this.setContentType(HTTP_RESPONSE);
    this.#prelude = Buffer.concat([Buffer.from(JSON.stringify(prelude)), Buffer.alloc(8)]);
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#client.cork();
    this.#begin();
    this.#chunk(chunk, done);
    this.#client.uncork();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#begin();
    this.#client.write('0\r\n\r\n', done);
  }

  /** Ends an answer that has begun with the error that broke it, in trailers. */
  fail(error: unknown): Promise<void> {
    const report = errorReport(error);
    const type = report.errorType.replace(/[^\x20-\x7e]/g, '?');
    const body = Buffer.from(JSON.stringify(report)).toString('base64');
    return new Promise((resolve) => {
      this.#client.write(
        `0\r\nLambda-Runtime-Function-Error-Type: ${type}\r\nLambda-Runtime-Function-Error-Body: ${body}\r\n\r\n`,
        () => resolve(),
      );
    });
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#client.beginStream(
      this.#requestId,
      `Content-Type: ${this.#contentType}\r\nLambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\nTrailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n`,
    );
    if (this.#prelude) this.#chunk(this.#prelude, () => {});
  }

  #chunk(data: Buffer, done: (error?: Error | null) => void): void {
    // A chunk of no bytes would end the answer.
    if (data.length === 0) {
      done();
      return;
    }
    this.#client.write(`${data.length.toString(16)}\r\n`, () => {});
    this.#client.write(data, () => {});
    this.#client.write('\r\n', done);
  }
}

type StreamingHandler = (event: unknown, stream: Writable, context: unknown) => unknown;

/** The global `awslambda` that functions find in Lambda's Node runtimes. */
export const awslambda = {
  streamifyResponse(handler: StreamingHandler): StreamingHandler {
    Object.assign(handler, { [STREAMING]: 'response' });
    return handler;
  },
  HttpResponseStream: {
    from(stream: ResponseStream, prelude: object): ResponseStream {
      stream.setPrelude(prelude);
      return stream;
    },
  },
};

export function isStreaming(handler: unknown): boolean {
  return typeof handler === 'function' && STREAMING in handler;
}
