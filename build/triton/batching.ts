import type { TensorSpec } from '../../serving/contract/manifest.ts';

/** What a model takes and gives. */
export interface TensorSignature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** Requests that Triton joins where model.yaml says nothing: enough to fill a GPU with small inputs. */
const defaultMaxBatch = 16;

/**
 * The tensors that keep Triton from joining requests: those whose first dimension is not free, and
 * those that have no other. Triton leaves the first one out of `dims`, and takes no empty `dims`.
 */
export function unbatchable({ inputs, outputs }: TensorSignature): TensorSpec[] {
  return [...inputs, ...outputs].filter(({ shape }) => shape[0] !== -1 || shape.length < 2);
}

/** Triton's max_batch_size: what model.yaml says, else a default where the model can be batched. */
export function maxBatchOf(signature: TensorSignature, wanted: number | undefined): number {
  return wanted ?? (unbatchable(signature).length === 0 ? defaultMaxBatch : 0);
}
