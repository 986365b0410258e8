import type { GoldenRequest } from '../artifact/golden.ts';
import { imageRequest } from './evaluate.ts';
import { type Image, imageSize } from './images.ts';

/** Requests from images that no training has seen, in the forms that callers send. */
export function goldenDigits(heldOut: readonly Image[]): GoldenRequest[] {
  const first = (digit: number) => (heldOut.find((image) => image.digit === digit) as Image).pixels;
  const blank = new Float32Array(imageSize * imageSize);
  return [
    { name: 'a seven', request: jsonRequest([first(7)], flat) },
    { name: 'a four', request: jsonRequest([first(4)], flat) },
    { name: 'a zero, nested as the shape says', request: jsonRequest([first(0)], nested) },
    { name: 'a one, a two and a three', request: jsonRequest([1, 2, 3].map(first), flat) },
    { name: 'blank paper', request: jsonRequest([blank], flat) },
  ];
}

function jsonRequest(
  images: readonly Float32Array[],
  arrange: (pixels: readonly number[]) => readonly unknown[],
): GoldenRequest['request'] {
  const { inputs } = imageRequest(images);
  return {
    inputs: inputs.map((input) => ({
      ...input,
      // The data's own three decimals: 0.698 is the same FP32 as 0.6980000138282776, and shorter.
      data: arrange(Array.from(input.data as Float32Array, (pixel) => Number(pixel.toFixed(3)))),
    })),
  };
}

const flat = (pixels: readonly number[]): readonly unknown[] => pixels;

/** One image of one channel of rows. */
const nested = (pixels: readonly number[]): readonly unknown[] => [
  [
    Array.from({ length: imageSize }, (_, row) =>
      pixels.slice(row * imageSize, (row + 1) * imageSize),
    ),
  ],
];
