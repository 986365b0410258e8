import type { Layer, OnnxStep } from './layer.ts';

/** The greatest of each square of 2 x 2, channel by channel. */
export class MaxPool implements Layer {
  readonly parameters = [];
  readonly #size: number;
  readonly #output: Float32Array;
  /** For each output the place of the input that it was taken from. */
  readonly #winners: Int32Array;
  readonly #inputGradient: Float32Array;

  /** `size` is the input's width and height. */
  constructor(channels: number, size: number) {
    this.#size = size;
    this.#output = new Float32Array((channels * size * size) / 4);
    this.#winners = new Int32Array(this.#output.length);
    this.#inputGradient = new Float32Array(channels * size * size);
  }

  forward(input: Float32Array): Float32Array {
    const size = this.#size;
    const half = size / 2;
    for (let at = 0; at < this.#output.length; at++) {
      const row = Math.floor(at / half);
      const corner = 2 * row * size + 2 * (at - row * half);
      let winner = corner;
      if ((input[corner + 1] as number) > (input[winner] as number)) winner = corner + 1;
      if ((input[corner + size] as number) > (input[winner] as number)) winner = corner + size;
      const last = corner + size + 1;
      if ((input[last] as number) > (input[winner] as number)) winner = last;
      this.#winners[at] = winner;
      this.#output[at] = input[winner] as number;
    }
    return this.#output;
  }

  backward(gradient: Float32Array): Float32Array {
    const toInput = this.#inputGradient.fill(0);
    for (let at = 0; at < gradient.length; at++) {
      toInput[this.#winners[at] as number] = gradient[at] as number;
    }
    return toInput;
  }

  toOnnx(input: string, output: string): OnnxStep {
    const attributes = { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } };
    return {
      nodes: [{ op: 'MaxPool', inputs: [input], outputs: [output], attributes }],
      initializers: [],
    };
  }
}
