import type { OnnxNode, OnnxTensor } from '../../onnx/onnx-writer.ts';

/**
 * One step of a network, for one image at a time. It can run, learn and be written as ONNX, so that
 * what is trained and what is served stand side by side.
 */
export interface Layer {
  readonly parameters: readonly Parameter[];
  /** The result is the layer's own memory: the next call overwrites it. */
  forward(input: Float32Array): Float32Array;
  /**
   * Takes the loss's gradient by the output of the last `forward`, adds to the parameters' gradients
   * and returns the gradient by the input, again in the layer's own memory.
   */
  backward(gradient: Float32Array): Float32Array;
  /** Nodes that compute the tensor `output` from the tensor `input`. */
  toOnnx(input: string, output: string): OnnxStep;
}

export interface OnnxStep {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
}

/** Numbers to learn, with the gradient gathered for them so far. */
export class Parameter {
  readonly values: Float32Array<ArrayBuffer>;
  readonly gradient: Float32Array<ArrayBuffer>;

  constructor(size: number, initial: () => number) {
    this.values = Float32Array.from({ length: size }, initial);
    this.gradient = new Float32Array(size);
  }
}
