import type { TensorSpec } from '../../serving/contract/manifest.ts';

/** A request made from the signature: zeros, with 1 for every free dimension. */
export function generatedRequest(inputs: readonly TensorSpec[]): unknown {
  return { inputs: inputs.filter(({ optional }) => !optional).map(smallestInput) };
}

function smallestInput({ name, datatype, shape: spec }: TensorSpec) {
  const shape = spec.map((dimension) => (dimension < 0 ? 1 : dimension));
  const count = shape.reduce((product, dimension) => product * dimension, 1);
  const element = datatype === 'BYTES' ? '' : datatype === 'BOOL' ? false : 0;
  return { name, datatype, shape, data: Array(count).fill(element) };
}
