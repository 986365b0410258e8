import { ConvolutionalGraph } from './convolutional-graph.ts';

/** Rows of MobileNetV2's table: expansion, channels, repetitions, first stride. */
const stages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** MobileNetV2's graph and size (13.9 MB): an image model that answers within some ten milliseconds. */
export function mobilenet(): Uint8Array {
  const graph = new ConvolutionalGraph(2);
  let signal = active(graph, graph.convolution('image', { from: 3, to: 32, kernel: 3, stride: 2 }));
  let from = 32;
  for (const [expansion, to, repetitions, firstStride] of stages) {
    for (let index = 0; index < repetitions; index += 1) {
      const stride = index === 0 ? firstStride : 1;
      signal = invertedResidual(graph, signal, { expansion, from, to, stride });
      from = to;
    }
  }
  const features = active(graph, graph.convolution(signal, { from, to: 1280, kernel: 1 }));
  return graph.classifier(features, 1280);
}

interface Block {
  readonly expansion: number;
  readonly from: number;
  readonly to: number;
  readonly stride: number;
}

function invertedResidual(graph: ConvolutionalGraph, input: string, block: Block): string {
  const { expansion, from, to, stride } = block;
  const wide = from * expansion;
  const expanded =
    expansion === 1
      ? input
      : active(graph, graph.convolution(input, { from, to: wide, kernel: 1 }));
  const depthwise = { from: wide, to: wide, kernel: 3, stride, groups: wide };
  const filtered = active(graph, graph.convolution(expanded, depthwise));
  const projected = graph.convolution(filtered, { from: wide, to, kernel: 1 });
  return stride === 1 && from === to ? graph.node('Add', [input, projected]) : projected;
}

function active(graph: ConvolutionalGraph, input: string): string {
  return graph.node('Relu', [input]);
}
