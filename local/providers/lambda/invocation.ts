/** One event on its way to a function. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: Buffer;
  readonly timeoutMs: number;
  readonly functionArn: string;
  readonly traceId: string;
  readonly clientContext?: string | undefined;
  /** The process tells in its output when it begins. */
  readonly isMarked?: boolean;
  /** Takes a streamed answer as it comes; without it the answer is gathered. */
  readonly stream?: StreamSink | undefined;
}

export interface StreamSink {
  begin(contentType: string): void;
  chunk(data: Buffer): void;
}
