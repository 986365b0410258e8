import type { Signature } from '../protocol/signature-match.ts';
import type { Tensor } from '../protocol/tensor.ts';

/** What the data plane asks of an inference engine. */
export interface Engine {
  /** Loads a model file; at once where the engine can, so that a function's init phase covers it. */
  load(file: string, signature: Signature, form?: ModelForm): Session | Promise<Session>;
}

/** As the model was released, or as the engine's optimizer left it, so that nothing is left to do. */
export type ModelForm = 'released' | 'optimized';

/** A loaded model. */
export interface Session {
  /** Runs the model on tensors that match its signature; answers the named outputs in their order. */
  run(
    inputs: readonly Tensor[],
    outputs: readonly string[],
  ): readonly Tensor[] | Promise<readonly Tensor[]>;
  dispose(): void | Promise<void>;
  /** It has answered before its first caller, as loading needed a proof of it. */
  readonly isWarm?: boolean;
}
