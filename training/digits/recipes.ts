import type { Random } from '../random.ts';
import type { FitOptions } from './fit.ts';
import { imageSize } from './images.ts';
import { Convolution } from './layers/convolution.ts';
import { Dense } from './layers/dense.ts';
import { MaxPool } from './layers/max-pool.ts';
import { Network } from './network.ts';

/** How one version of `digits` is made. */
export interface Recipe {
  readonly version: string;
  readonly method: string;
  readonly seed: number;
  readonly fit: FitOptions;
  network(random: Random): Network;
}

const pixels = imageSize * imageSize;

/** Settings were chosen on a fifth of the training images, never on the held-out ones. */
export const recipes: readonly Recipe[] = [
  {
    version: '1',
    method: 'softmax regression on the pixels',
    seed: 1,
    fit: { epochs: 15, batch: 32, rate: 0.003, shift: 0 },
    network: (random) => new Network([new Dense(pixels, 10, random)]),
  },
  {
    version: '2',
    method:
      'two convolutions of 3 x 3 (8 and 16 channels), each with ReLU and pooling, then one dense layer',
    seed: 2,
    fit: { epochs: 12, batch: 32, rate: 0.003, shift: 1 },
    network: (random) =>
      new Network([
        new Convolution({ from: 1, to: 8, size: 28 }, random),
        new MaxPool(8, 28),
        new Convolution({ from: 8, to: 16, size: 14 }, random),
        new MaxPool(16, 14),
        new Dense(16 * 7 * 7, 10, random),
      ]),
  },
];
