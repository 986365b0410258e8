import { buildOnnx, type OnnxNode } from '../../training/onnx/onnx-writer.ts';
import { Weights } from './weights.ts';

export const tabularFeatures = 13;

/** A small network over a table's row: 13 features, two hidden layers of 32, three classes. */
export function tabularModel(): Uint8Array {
  const weights = new Weights(13);
  const sizes = [tabularFeatures, 32, 32, 3];
  const nodes: OnnxNode[] = [];
  let signal = 'x';
  for (let layer = 1; layer < sizes.length; layer += 1) {
    const [from, to] = [sizes[layer - 1] as number, sizes[layer] as number];
    const last = layer === sizes.length - 1;
    const out = last ? 'scores' : `dense${layer}`;
    const inputs = [
      signal,
      weights.add(`weight${layer}`, [from, to], from),
      weights.zeros(`bias${layer}`, to),
    ];
    nodes.push({ op: 'Gemm', inputs, outputs: [out] });
    if (!last) nodes.push({ op: 'Relu', inputs: [out], outputs: [`active${layer}`] });
    signal = `active${layer}`;
  }
  return buildOnnx({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['batch', tabularFeatures] }],
    outputs: [{ name: 'scores', datatype: 'FP32', shape: ['batch', 3] }],
    nodes,
    initializers: weights.tensors,
  });
}
