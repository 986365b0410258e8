import type { GoldenRequest } from '../artifact/golden.ts';
import { imageRequest } from './evaluate.ts';
import { type Image, imageSize } from './images.ts';

/** Requests from images that no training has seen, in the forms that callers send. */
export function goldenDigits(heldOut: readonly Image[]): GoldenRequest[] {
  const first = (digit: number) => (heldOut.find((image) => image.digit === digit) as Image).pixels;
  return [
    { name: 'a seven', request: imageRequest([first(7)]) },
    { name: 'a four', request: imageRequest([first(4)]) },
    { name: 'a zero, nested as the shape says', request: nested(first(0)) },
    { name: 'a batch of a one, a two and a three', request: imageRequest([1, 2, 3].map(first)) },
    { name: 'blank paper', request: imageRequest([new Float32Array(imageSize * imageSize)]) },
  ];
}

function nested(pixels: Float32Array): GoldenRequest['request'] {
  const { inputs } = imageRequest([pixels]);
  return {
    inputs: inputs.map((input) => ({ ...input, data: [[rowsOf(input.data)]] })),
  };
}

const rowsOf = (pixels: readonly unknown[]): unknown[][] =>
  Array.from({ length: imageSize }, (_, row) =>
    pixels.slice(row * imageSize, (row + 1) * imageSize),
  );
