import type { TensorSpec } from '../contract/manifest.ts';
import { numericTypes } from '../protocol/datatype-table.ts';
import { elementCount, type Tensor } from '../protocol/tensor.ts';

/** The smallest tensors that fit a signature: what a warm-up inference runs on. */
export function smallestInputs(specs: readonly TensorSpec[]): Tensor[] {
  return specs.filter(({ optional }) => !optional).map(smallest);
}

function smallest({ name, datatype, shape: spec }: TensorSpec): Tensor {
  const shape = spec.map((dimension) => (dimension === -1 ? 1 : dimension));
  const count = elementCount(shape) ?? 0;
  if (datatype === 'BYTES') return { name, datatype, shape, data: Array(count).fill('') };
  return { name, datatype, shape, data: new numericTypes[datatype].array(count) };
}
