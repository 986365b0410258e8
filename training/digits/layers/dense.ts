import type { Random } from '../../random.ts';
import { type Layer, type OnnxStep, Parameter } from './layer.ts';

/** Every output a weighted sum of all inputs. */
export class Dense implements Layer {
  readonly parameters: readonly Parameter[];
  readonly #weights: Parameter;
  readonly #biases: Parameter;
  readonly #output: Float32Array;
  readonly #inputGradient: Float32Array;
  #input: Float32Array;

  constructor(inputs: number, outputs: number, random: Random) {
    const scale = Math.sqrt(1 / inputs);
    this.#weights = new Parameter(inputs * outputs, () => scale * random.normal());
    this.#biases = new Parameter(outputs, () => 0);
    this.parameters = [this.#weights, this.#biases];
    this.#output = new Float32Array(outputs);
    this.#inputGradient = new Float32Array(inputs);
    this.#input = new Float32Array(inputs);
  }

  forward(input: Float32Array): Float32Array {
    this.#input = input;
    const weights = this.#weights.values;
    for (let to = 0; to < this.#output.length; to++) {
      const row = to * input.length;
      let sum = this.#biases.values[to] as number;
      for (let from = 0; from < input.length; from++) {
        sum += (weights[row + from] as number) * (input[from] as number);
      }
      this.#output[to] = sum;
    }
    return this.#output;
  }

  backward(gradient: Float32Array): Float32Array {
    const input = this.#input;
    const toInput = this.#inputGradient.fill(0);
    const { values, gradient: toWeights } = this.#weights;
    const toBiases = this.#biases.gradient;
    for (let to = 0; to < gradient.length; to++) {
      const error = gradient[to] as number;
      const row = to * input.length;
      toBiases[to] = (toBiases[to] as number) + error;
      for (let from = 0; from < input.length; from++) {
        const at = row + from;
        toWeights[at] = (toWeights[at] as number) + error * (input[from] as number);
        toInput[from] = (toInput[from] as number) + error * (values[at] as number);
      }
    }
    return toInput;
  }

  toOnnx(input: string, output: string): OnnxStep {
    const names = {
      flat: `${output}_flat`,
      weights: `${output}_weights`,
      biases: `${output}_bias`,
    };
    const shape = [this.#output.length, this.#inputGradient.length];
    return {
      nodes: [
        { op: 'Flatten', inputs: [input], outputs: [names.flat], attributes: { axis: { int: 1 } } },
        {
          op: 'Gemm',
          inputs: [names.flat, names.weights, names.biases],
          outputs: [output],
          attributes: { transB: { int: 1 } },
        },
      ],
      initializers: [
        { name: names.weights, datatype: 'FP32', shape, data: this.#weights.values },
        {
          name: names.biases,
          datatype: 'FP32',
          shape: [shape[0] as number],
          data: this.#biases.values,
        },
      ],
    };
  }
}
