import { buildOnnx } from '../onnx/onnx-writer.ts';
import { imageSize } from './images.ts';
import type { Network } from './network.ts';

/** The network as a graph over a batch of images, with the most probable digit as `label`. */
export function digitsGraph({ layers }: Network): Uint8Array {
  const steps = layers.map((layer, index) =>
    layer.toOnnx(index === 0 ? 'image' : `layer${index}`, `layer${index + 1}`),
  );
  return buildOnnx({
    inputs: [{ name: 'image', datatype: 'FP32', shape: ['batch', 1, imageSize, imageSize] }],
    outputs: [
      { name: 'label', datatype: 'INT64', shape: ['batch'] },
      { name: 'probabilities', datatype: 'FP32', shape: ['batch', 10] },
    ],
    nodes: [
      ...steps.flatMap(({ nodes }) => nodes),
      {
        op: 'Softmax',
        inputs: [`layer${layers.length}`],
        outputs: ['probabilities'],
        attributes: { axis: { int: 1 } },
      },
      {
        op: 'ArgMax',
        inputs: ['probabilities'],
        outputs: ['label'],
        attributes: { axis: { int: 1 }, keepdims: { int: 0 } },
      },
    ],
    initializers: steps.flatMap(({ initializers }) => initializers),
  });
}
