import type { Signature } from '../protocol/signature-match.ts';
import type { Tensor } from '../protocol/tensor.ts';

/** What the data plane asks of an inference engine. */
export interface Engine {
  /** Loads a model file; at once where the engine can, so that a function's init phase covers it. */
  load(file: string, signature: Signature): Session | Promise<Session>;
}

/** A loaded model. */
export interface Session {
  /** Runs the model on tensors that match its signature; answers the named outputs in their order. */
  run(
    inputs: readonly Tensor[],
    outputs: readonly string[],
  ): readonly Tensor[] | Promise<readonly Tensor[]>;
  dispose(): void | Promise<void>;
}
