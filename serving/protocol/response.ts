import type { Tensor } from './tensor.ts';

/** What an inference answers, before it is written in JSON or binary form. */
export interface InferenceResponse {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly id: string;
  readonly outputs: readonly ResponseOutput[];
}

export interface ResponseOutput {
  readonly tensor: Tensor;
  /** Whether the tensor goes into the binary part of the body. */
  readonly binary: boolean;
  /** Spelling of BYTES in JSON, echoed so that the client's codec finds it. */
  readonly contentType: string | undefined;
}
