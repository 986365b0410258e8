import type { Signature } from '../protocol/signature-match.ts';
import type { Tensor } from '../protocol/tensor.ts';

/** What the data plane asks of an inference engine. */
export interface Engine {
  /**
   * Loads a model file; at once where the engine can, so that a function's init phase covers it.
   * Without a signature, what the file itself says counts.
   */
  load(
    file: string,
    signature: Signature | undefined,
    form?: ModelForm,
  ): Session | Promise<Session>;
}

/** As the model was released, or as the engine's optimizer left it, so that nothing is left to do. */
export type ModelForm = 'released' | 'optimized';

/** A loaded model. */
export interface Session {
  /** Runs the model on tensors that match its signature; answers the named outputs in their order. */
  run(
    inputs: readonly Tensor[],
    outputs: readonly string[],
    call?: RunCall,
  ): readonly Tensor[] | Promise<readonly Tensor[]>;
  dispose(): void | Promise<void>;
  /** Throws when it cannot answer now, though it is loaded: a model elsewhere may have gone. */
  ready?(call: RunCall): Promise<void>;
  /** What the file says of its inputs and outputs, where the engine can tell. */
  readonly signature?: Signature;
}

/** The request that a run belongs to. A session in this process needs none of it. */
export interface RunCall {
  /** Undefined for runs that no caller asked for. */
  readonly origin: RunOrigin | undefined;
  readonly deadline: RunDeadline;
  /** The caller's own limit, microseconds. */
  readonly timeoutMicros: number | undefined;
}

export interface RunOrigin {
  readonly requestId: string;
  readonly header: (lowerCaseName: string) => string | undefined;
  /** Takes what the log line says of the run. */
  readonly trace: { variant?: string };
}

export interface RunDeadline {
  /** The result of work, or an error that says that it took too long. */
  within<T>(work: Promise<T>, what: string, timeoutMicros?: number): T | Promise<T>;
}
