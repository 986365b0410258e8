import type { OnnxTensor } from '../../training/onnx/onnx-writer.ts';
import { createRandom, type Random } from '../../training/random.ts';

/** Seeded weights: what a model answers does not matter here, that it is the same in each run does. */
export class Weights {
  readonly tensors: OnnxTensor[] = [];
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  /** A tensor whose spread keeps a signal about as strong as it came in (He). */
  add(name: string, shape: readonly number[], fanIn: number): string {
    const count = shape.reduce((product, size) => product * size, 1);
    const spread = Math.sqrt(6 / fanIn);
    const data = Float32Array.from({ length: count }, () => (this.#random.next() * 2 - 1) * spread);
    this.tensors.push({ name, datatype: 'FP32', shape, data });
    return name;
  }

  /** Zeros, as biases begin. */
  zeros(name: string, length: number): string {
    const data = new Float32Array(length);
    this.tensors.push({ name, datatype: 'FP32', shape: [length], data });
    return name;
  }
}
