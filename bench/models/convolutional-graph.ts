import { buildOnnx, type OnnxNode } from '../../training/onnx/onnx-writer.ts';
import { Weights } from './weights.ts';

export const imageSide = 224;
const classes = 1000;

export interface Convolution {
  readonly from: number;
  readonly to: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
}

/** Puts together an image classifier, node by node; batch norms are folded, as exporters do. */
export class ConvolutionalGraph {
  readonly #weights: Weights;
  readonly #nodes: OnnxNode[] = [];

  constructor(seed: number) {
    this.#weights = new Weights(seed);
  }

  node(op: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): string {
    const output = `${op}${this.#nodes.length}`;
    this.#nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  convolution(input: string, { from, to, kernel, stride = 1, groups = 1 }: Convolution): string {
    const id = this.#nodes.length;
    const fanIn = (from / groups) * kernel * kernel;
    const weight = this.#weights.add(`w${id}`, [to, from / groups, kernel, kernel], fanIn);
    const pad = kernel >> 1;
    return this.node('Conv', [input, weight, this.#weights.zeros(`b${id}`, to)], {
      kernel_shape: { ints: [kernel, kernel] },
      strides: { ints: [stride, stride] },
      pads: { ints: [pad, pad, pad, pad] },
      group: { int: groups },
    });
  }

  /** The pooled features through one dense layer: the end of every such model. */
  classifier(input: string, channels: number, side = imageSide): Uint8Array {
    const pooled = this.node('GlobalAveragePool', [input]);
    const flat = this.node('Flatten', [pooled]);
    const weight = this.#weights.add('classes', [channels, classes], channels);
    const bias = this.#weights.zeros('classes_bias', classes);
    this.#nodes.push({ op: 'Gemm', inputs: [flat, weight, bias], outputs: ['scores'] });
    return buildOnnx({
      inputs: [{ name: 'image', datatype: 'FP32', shape: ['batch', 3, side, side] }],
      outputs: [{ name: 'scores', datatype: 'FP32', shape: ['batch', classes] }],
      nodes: this.#nodes,
      initializers: this.#weights.tensors,
    });
  }
}
