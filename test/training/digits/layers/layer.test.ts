import { describe, expect, it } from 'vitest';
import { ArtifactSession, numbersOf } from '../../../../training/artifact/session.ts';
import { Convolution } from '../../../../training/digits/layers/convolution.ts';
import { Dense } from '../../../../training/digits/layers/dense.ts';
import type { Layer } from '../../../../training/digits/layers/layer.ts';
import { MaxPool } from '../../../../training/digits/layers/max-pool.ts';
import { buildOnnx } from '../../../../training/onnx/onnx-writer.ts';
import { createRandom } from '../../../../training/random.ts';

/** What every layer must do, asked of each. */
const cases: readonly { name: string; layer: Layer; shape: readonly number[] }[] = [
  { name: 'Dense', layer: new Dense(12, 5, createRandom(1)), shape: [3, 2, 2] },
  {
    name: 'Convolution',
    layer: new Convolution({ from: 2, to: 3, size: 4 }, createRandom(2)),
    shape: [2, 4, 4],
  },
  { name: 'MaxPool', layer: new MaxPool(2, 4), shape: [2, 4, 4] },
];

describe.each(cases)('$name', ({ layer, shape }) => {
  const random = createRandom(3);
  const noise = (length: number) => Float32Array.from({ length }, () => random.normal());
  const input = noise(shape.reduce((product, side) => product * side));
  const slope = noise(layer.forward(input).length);
  /** A loss whose gradient by the output is `slope`. */
  const loss = (values: Float32Array) =>
    layer.forward(values).reduce((sum, value, at) => sum + value * (slope[at] as number), 0);

  it('passes back the gradient that small changes of the input show', () => {
    layer.forward(input);
    const gradient = Float32Array.from(layer.backward(slope));
    gradient.forEach((value, at) => {
      expect(value).toBeCloseTo(
        measured(input, at, () => loss(input)),
        2,
      );
    });
  });

  it('gathers the gradient that small changes of each parameter show', () => {
    for (const { values, gradient } of layer.parameters) {
      gradient.fill(0);
      layer.forward(input);
      layer.backward(slope);
      gradient.forEach((value, at) => {
        expect(value).toBeCloseTo(
          measured(values, at, () => loss(input)),
          2,
        );
      });
    }
  });

  it('adds up the gradients of several images', () => {
    const learn = () => {
      layer.forward(input);
      layer.backward(slope);
      return layer.parameters.flatMap(({ gradient }) => [...gradient]);
    };
    for (const { gradient } of layer.parameters) gradient.fill(0);
    const once = learn();
    const twice = learn();
    twice.forEach((value, at) => {
      expect(value).toBeCloseTo(2 * (once[at] as number), 4);
    });
  });

  it('computes the same as its ONNX nodes in onnxruntime', async () => {
    const { nodes, initializers } = layer.toOnnx('x', 'y');
    const onnx = buildOnnx({
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, ...shape] }],
      outputs: [{ name: 'y', datatype: 'FP32' }],
      nodes,
      initializers,
    });
    const session = await ArtifactSession.open(onnx);
    const request = {
      name: 'x',
      datatype: 'FP32' as const,
      shape: [1, ...shape],
      data: [...input],
    };
    const served = numbersOf(await session.infer({ inputs: [request] }), 'y');
    const own = layer.forward(input);
    expect(served).toHaveLength(own.length);
    served.forEach((value, at) => {
      expect(value).toBeCloseTo(own[at] as number, 5);
    });
  });
});

/** The slope of `loss` by one number, by moving that number to both sides. */
function measured(values: Float32Array, at: number, loss: () => number): number {
  const before = values[at] as number;
  const step = 1e-3;
  values[at] = before + step;
  const above = loss();
  values[at] = before - step;
  const below = loss();
  values[at] = before;
  return (above - below) / (2 * step);
}
