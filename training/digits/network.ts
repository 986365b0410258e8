import type { Layer, Parameter } from './layers/layer.ts';

/** Layers in a row, from pixels to the probability of each digit. */
export class Network {
  readonly layers: readonly Layer[];

  constructor(layers: readonly Layer[]) {
    this.layers = layers;
  }

  get parameters(): readonly Parameter[] {
    return this.layers.flatMap((layer) => layer.parameters);
  }

  /** The probability of each class. */
  predict(pixels: Float32Array): Float32Array {
    return softmax(this.layers.reduce((values, layer) => layer.forward(values), pixels));
  }

  /** Adds one image's gradient of the log loss to the parameters and returns the loss. */
  learn(pixels: Float32Array, digit: number): number {
    const probabilities = this.predict(pixels);
    // The log loss after a softmax has the gradient "predicted minus wanted".
    const gradient = probabilities.map((value, index) => value - Number(index === digit));
    this.layers.reduceRight<Float32Array>((error, layer) => layer.backward(error), gradient);
    return -Math.log(Math.max(probabilities[digit] as number, Number.MIN_VALUE));
  }
}

function softmax(scores: Float32Array): Float32Array {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
