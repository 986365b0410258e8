import { type Random, shuffled } from '../random.ts';
import { Adam } from './adam.ts';
import { type Image, moved } from './images.ts';
import type { Network } from './network.ts';

export interface FitOptions {
  readonly epochs: number;
  readonly batch: number;
  /** Learning rate at the start; it falls to zero along a half cosine. */
  readonly rate: number;
  /** Each epoch sees every image moved by up to so many pixels in both directions. */
  readonly shift: number;
}

/** Trains in place and reports the mean loss of each epoch. */
export function fitNetwork(
  network: Network,
  images: readonly Image[],
  { epochs, batch, rate, shift }: FitOptions,
  random: Random,
  onEpoch: (epoch: number, loss: number) => void,
): void {
  const adam = new Adam(network.parameters);
  const steps = epochs * Math.ceil(images.length / batch);
  let step = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = shuffled(images, random);
    let loss = 0;
    for (let start = 0; start < order.length; start += batch) {
      const part = order.slice(start, start + batch);
      for (const { pixels, digit } of part) {
        loss += network.learn(jittered(pixels, shift, random), digit);
      }
      adam.step((rate * (1 + Math.cos((Math.PI * step) / steps))) / 2, part.length);
      step++;
    }
    onEpoch(epoch, loss / images.length);
  }
}

function jittered(pixels: Float32Array, shift: number, random: Random): Float32Array {
  if (shift === 0) return pixels;
  const by = () => random.below(2 * shift + 1) - shift;
  return moved(pixels, by(), by());
}
