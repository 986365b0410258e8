import type { Parameter } from './layers/layer.ts';

/** Adam (Kingma and Ba, 2015) with its authors' constants. */
export class Adam {
  readonly #states: readonly State[];
  #step = 0;

  constructor(parameters: readonly Parameter[]) {
    this.#states = parameters.map((parameter) => ({
      parameter,
      mean: new Float32Array(parameter.values.length),
      square: new Float32Array(parameter.values.length),
    }));
  }

  /** Moves all parameters against the mean of the gradients of `batch` images and clears these. */
  step(rate: number, batch: number): void {
    this.#step++;
    const meanScale = 1 / (1 - meanDecay ** this.#step);
    const squareScale = 1 / (1 - squareDecay ** this.#step);
    for (const { parameter, mean, square } of this.#states) {
      const { values, gradient } = parameter;
      for (let at = 0; at < values.length; at++) {
        const slope = (gradient[at] as number) / batch;
        const average = meanDecay * (mean[at] as number) + (1 - meanDecay) * slope;
        const spread = squareDecay * (square[at] as number) + (1 - squareDecay) * slope * slope;
        mean[at] = average;
        square[at] = spread;
        const move = (average * meanScale) / (Math.sqrt(spread * squareScale) + epsilon);
        values[at] = (values[at] as number) - rate * move;
      }
      gradient.fill(0);
    }
  }
}

interface State {
  readonly parameter: Parameter;
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

const meanDecay = 0.9;
const squareDecay = 0.999;
const epsilon = 1e-8;
