import { ConvolutionalGraph } from './convolutional-graph.ts';

/** ResNet18's graph and size (46.7 MB): the model whose weights are most of its cold start. */
export function resnet18(): Uint8Array {
  const graph = new ConvolutionalGraph(18);
  const stem = graph.convolution('image', { from: 3, to: 64, kernel: 7, stride: 2 });
  let signal = graph.node('MaxPool', [graph.node('Relu', [stem])], {
    kernel_shape: { ints: [3, 3] },
    strides: { ints: [2, 2] },
    pads: { ints: [1, 1, 1, 1] },
  });
  let from = 64;
  for (const to of [64, 128, 256, 512]) {
    signal = block(graph, signal, from, to, to === from ? 1 : 2);
    signal = block(graph, signal, to, to, 1);
    from = to;
  }
  return graph.classifier(signal, from);
}

function block(
  graph: ConvolutionalGraph,
  input: string,
  from: number,
  to: number,
  stride: number,
): string {
  const first = graph.node('Relu', [graph.convolution(input, { from, to, kernel: 3, stride })]);
  const second = graph.convolution(first, { from: to, to, kernel: 3 });
  const shortcut = from === to ? input : graph.convolution(input, { from, to, kernel: 1, stride });
  return graph.node('Relu', [graph.node('Add', [second, shortcut])]);
}
