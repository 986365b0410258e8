import type { FunctionReference } from './function-name.ts';
import type { StreamSink } from './invocation.ts';
import type { InvokeResult, Invoker } from './invoker.ts';

/** One element of InvokeWithResponseStream's event stream. */
type StreamEvent =
  | { readonly PayloadChunk: { readonly Payload: Buffer } }
  | { readonly InvokeComplete: { readonly ErrorCode?: string; readonly ErrorDetails?: string } };

interface Begun {
  readonly StatusCode: 200;
  readonly ExecutedVersion?: string;
  readonly ResponseStreamContentType: string;
  readonly EventStream: AsyncIterable<StreamEvent>;
}

/** An answer handed on chunk by chunk, in the shape of InvokeWithResponseStream. */
export class StreamedInvocation {
  readonly #finished: Promise<InvokeResult>;
  readonly #chunks: Buffer[] = [];
  readonly #begun: Promise<string>;
  #tellBegun: (contentType: string) => void = () => {};
  #wake: () => void = () => {};
  #done = false;

  constructor(invoker: Invoker, reference: FunctionReference, payload: Buffer) {
    this.#begun = new Promise((resolve) => {
      this.#tellBegun = resolve;
    });
    const stream: StreamSink = {
      begin: (contentType) => this.#tellBegun(contentType),
      chunk: (data) => {
        this.#chunks.push(data);
        this.#wake();
      },
    };
    this.#finished = invoker.invoke({ reference, payload, stream }).finally(() => {
      this.#done = true;
      this.#wake();
    });
    // Whoever reads the stream learns of a failure there; nobody may have begun to.
    this.#finished.catch(() => {});
  }

  /** Resolves with the first byte, or with the end of an invocation that sent none. */
  async start(): Promise<Begun> {
    const type = await Promise.race([
      this.#begun,
      this.#finished.then(() => 'application/octet-stream'),
    ]);
    return { StatusCode: 200, ResponseStreamContentType: type, EventStream: this.#events() };
  }

  async *#events(): AsyncGenerator<StreamEvent> {
    while (!this.#done || this.#chunks.length > 0) {
      const Payload = this.#chunks.shift();
      if (Payload) yield { PayloadChunk: { Payload } };
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
    const { functionError, payload } = await this.#finished;
    const failed = functionError && {
      ErrorCode: functionError,
      ErrorDetails: payload.toString(),
    };
    yield { InvokeComplete: failed ?? {} };
  }
}
