import { describe, expect, it } from 'vitest';
import { ArtifactSession } from '../../../training/artifact/session.ts';
import { fitNetwork } from '../../../training/digits/fit.ts';
import { digitsGraph } from '../../../training/digits/graph.ts';
import type { Image } from '../../../training/digits/images.ts';
import { Dense } from '../../../training/digits/layers/dense.ts';
import { Network } from '../../../training/digits/network.ts';
import { requireSameAnswers } from '../../../training/digits/parity.ts';
import { recipes } from '../../../training/digits/recipes.ts';
import { createRandom } from '../../../training/random.ts';

/** A picture with one bright row, which row being the digit. */
const stripe = (digit: number): Image => ({
  digit,
  pixels: Float32Array.from({ length: 784 }, (_, at) =>
    Math.floor(at / 28) === 2 * digit + 4 ? 1 : 0,
  ),
});
const stripes = Array.from({ length: 10 }, (_, digit) => stripe(digit));
const linear = () => new Network([new Dense(784, 10, createRandom(1))]);
const options = { epochs: 30, batch: 5, rate: 0.01, shift: 0 };

describe('Network', () => {
  it('gives probabilities that sum to one', () => {
    const sum = linear()
      .predict(stripe(3).pixels)
      .reduce((total, value) => total + value);
    expect(sum).toBeCloseTo(1, 6);
  });

  it('learns to tell pictures apart, losing less each time', () => {
    const network = linear();
    const losses: number[] = [];
    fitNetwork(network, stripes, options, createRandom(2), (_, loss) => losses.push(loss));
    const answers = stripes.map(({ pixels }) => {
      const probabilities = network.predict(pixels);
      return probabilities.indexOf(Math.max(...probabilities));
    });
    expect(answers).toEqual(stripes.map(({ digit }) => digit));
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 5);
  });

  it('ends at the same bits when trained twice from the same seed', () => {
    const weights = () => {
      const network = linear();
      fitNetwork(network, stripes, { ...options, shift: 2 }, createRandom(5), () => {});
      return network.parameters.map(({ values }) => values);
    };
    expect(weights()).toEqual(weights());
  });
});

describe.each(recipes)('The network of version $version', (recipe) => {
  const network = recipe.network(createRandom(4));

  it('computes the same as its ONNX graph in onnxruntime', async () => {
    const session = await ArtifactSession.open(digitsGraph(network));
    await requireSameAnswers(network, session, stripes);
    const [label, probabilities] = await session.infer({
      inputs: [
        {
          name: 'image',
          datatype: 'FP32',
          shape: [2, 1, 28, 28],
          data: stripes.slice(0, 2).flatMap(({ pixels }) => [...pixels]),
        },
      ],
    });
    expect(label).toMatchObject({ name: 'label', datatype: 'INT64', shape: [2] });
    expect(probabilities).toMatchObject({ datatype: 'FP32', shape: [2, 10] });
  });

  it('is refused when the graph computes something else', async () => {
    const session = await ArtifactSession.open(digitsGraph(recipe.network(createRandom(9))));
    await expect(requireSameAnswers(network, session, stripes)).rejects.toThrow(
      /The ONNX graph answers 0\.\d+ apart/,
    );
  });
});
