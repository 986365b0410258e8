import type { Random } from '../../random.ts';
import { type Layer, type OnnxStep, Parameter } from './layer.ts';

export interface ConvolutionShape {
  /** Channels of the input. */
  readonly from: number;
  /** Channels of the output. */
  readonly to: number;
  /** Width and height of both. */
  readonly size: number;
}

const side = 3;
const taps = side * side;

/** Filters of 3 x 3 over a picture framed by zeros, then ReLU. */
export class Convolution implements Layer {
  readonly parameters: readonly Parameter[];
  readonly #shape: ConvolutionShape;
  readonly #filters: Parameter;
  readonly #biases: Parameter;
  readonly #framed: Float32Array;
  readonly #framedGradient: Float32Array;
  readonly #output: Float32Array;
  readonly #inputGradient: Float32Array;

  constructor(shape: ConvolutionShape, random: Random) {
    const { from, to, size } = shape;
    const scale = Math.sqrt(2 / (from * taps));
    this.#shape = shape;
    this.#filters = new Parameter(to * from * taps, () => scale * random.normal());
    this.#biases = new Parameter(to, () => 0);
    this.parameters = [this.#filters, this.#biases];
    this.#framed = new Float32Array(from * (size + 2) ** 2);
    this.#framedGradient = new Float32Array(this.#framed.length);
    this.#output = new Float32Array(to * size * size);
    this.#inputGradient = new Float32Array(from * size * size);
  }

  forward(input: Float32Array): Float32Array {
    const { from, to, size } = this.#shape;
    this.#eachRow((row, framedRow) => {
      this.#framed.set(input.subarray(row, row + size), framedRow);
    });
    for (let channel = 0; channel < to; channel++) {
      const plane = this.#output.subarray(channel * size * size, (channel + 1) * size * size);
      plane.fill(this.#biases.values[channel] as number);
      for (let source = 0; source < from; source++) {
        const filter = this.#filters.values.subarray((channel * from + source) * taps);
        addFiltered(plane, this.#framed.subarray(source * (size + 2) ** 2), filter, size);
      }
    }
    for (let at = 0; at < this.#output.length; at++) {
      if ((this.#output[at] as number) < 0) this.#output[at] = 0;
    }
    return this.#output;
  }

  backward(gradient: Float32Array): Float32Array {
    const { to, size } = this.#shape;
    const toBiases = this.#biases.gradient;
    this.#framedGradient.fill(0);
    for (let channel = 0, at = 0; channel < to; channel++) {
      for (let pixel = 0; pixel < size * size; pixel++, at++) {
        const error = (this.#output[at] as number) > 0 ? (gradient[at] as number) : 0;
        // ReLU, and the pooling that follows, stop most pixels: leaving them out is the speed.
        if (error === 0) continue;
        toBiases[channel] = (toBiases[channel] as number) + error;
        this.#spread(error, channel, pixel);
      }
    }
    this.#eachRow((row, framedRow) => {
      this.#inputGradient.set(this.#framedGradient.subarray(framedRow, framedRow + size), row);
    });
    return this.#inputGradient;
  }

  /** Hands one output pixel's error to the filters and the inputs that made it. */
  #spread(error: number, channel: number, pixel: number): void {
    const { from, size } = this.#shape;
    const width = size + 2;
    const corner = Math.floor(pixel / size) * width + (pixel % size);
    const { values, gradient } = this.#filters;
    const framed = this.#framed;
    const toFramed = this.#framedGradient;
    let weight = channel * from * taps;
    for (let source = 0; source < from; source++) {
      for (let y = 0; y < side; y++) {
        let place = source * width * width + corner + y * width;
        for (let x = 0; x < side; x++, place++, weight++) {
          gradient[weight] = (gradient[weight] as number) + error * (framed[place] as number);
          toFramed[place] = (toFramed[place] as number) + error * (values[weight] as number);
        }
      }
    }
  }

  /** Where each row of the input begins, and where the same row begins inside the frame. */
  #eachRow(visit: (row: number, framedRow: number) => void): void {
    const { from, size } = this.#shape;
    for (let channel = 0; channel < from; channel++) {
      for (let y = 0; y < size; y++) {
        const framedRow = channel * (size + 2) ** 2 + (y + 1) * (size + 2) + 1;
        visit((channel * size + y) * size, framedRow);
      }
    }
  }

  toOnnx(input: string, output: string): OnnxStep {
    const { from, to } = this.#shape;
    const names = { filters: `${output}_filters`, biases: `${output}_bias` };
    const attributes = { kernel_shape: { ints: [side, side] }, pads: { ints: [1, 1, 1, 1] } };
    const shape = [to, from, side, side];
    return {
      nodes: [
        {
          op: 'Conv',
          inputs: [input, names.filters, names.biases],
          outputs: [`${output}_linear`],
          attributes,
        },
        { op: 'Relu', inputs: [`${output}_linear`], outputs: [output] },
      ],
      initializers: [
        { name: names.filters, datatype: 'FP32', shape, data: this.#filters.values },
        { name: names.biases, datatype: 'FP32', shape: [to], data: this.#biases.values },
      ],
    };
  }
}

/** Adds a framed plane, seen through one filter, to an output plane. */
function addFiltered(
  plane: Float32Array,
  framed: Float32Array,
  filter: Float32Array,
  size: number,
): void {
  const width = size + 2;
  const [a, b, c, d, e, f, g, h, i] = filter as unknown as Nine;
  for (let y = 0, at = 0; y < size; y++) {
    let top = y * width;
    for (let x = 0; x < size; x++, top++, at++) {
      const middle = top + width;
      const bottom = middle + width;
      plane[at] =
        (plane[at] as number) +
        a * (framed[top] as number) +
        b * (framed[top + 1] as number) +
        c * (framed[top + 2] as number) +
        d * (framed[middle] as number) +
        e * (framed[middle + 1] as number) +
        f * (framed[middle + 2] as number) +
        g * (framed[bottom] as number) +
        h * (framed[bottom + 1] as number) +
        i * (framed[bottom + 2] as number);
    }
  }
}

type Nine = readonly [number, number, number, number, number, number, number, number, number];
