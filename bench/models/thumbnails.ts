import { ConvolutionalGraph } from './convolutional-graph.ts';

export const thumbnailSide = 32;

/** Output channels of the convolutions; all but the first halve the picture. */
const widths = [16, 32, 64, 128];

/** A classifier of tiny pictures: a run of it costs hardly more than its call. */
export function thumbnails(): Uint8Array {
  const graph = new ConvolutionalGraph(3);
  let signal = 'image';
  let from = 3;
  for (const [index, to] of widths.entries()) {
    const stride = index === 0 ? 1 : 2;
    signal = graph.node('Relu', [graph.convolution(signal, { from, to, kernel: 3, stride })]);
    from = to;
  }
  return graph.classifier(signal, from, thumbnailSide);
}
