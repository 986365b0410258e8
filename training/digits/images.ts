import { createRequire } from 'node:module';
import { createRandom, shuffled } from '../random.ts';

export const imageSize = 28;

/** A handwritten digit; 784 pixels from 0 (paper) to 1 (ink), row by row. */
export interface Image {
  readonly pixels: Float32Array<ArrayBuffer>;
  readonly digit: number;
}

export interface DigitsData {
  /** Images in the package, and how many are left without exact copies. */
  readonly counts: { readonly total: number; readonly distinct: number };
  readonly training: readonly Image[];
  readonly heldOut: readonly Image[];
}

export const dataPackage = 'mnist';
const heldOutCount = 2000;
const splitSeed = 20_240_229;

/** Reads the images of the package `mnist`: the first 10,000 training images of MNIST. */
export function readDigits(): DigitsData {
  const all = Array.from({ length: 10 }, (_, digit) => readClass(digit)).flat();
  const distinct = [...new Map(all.map((image) => [keyOf(image), image])).values()];
  const mixed = shuffled(distinct, createRandom(splitSeed));
  return {
    counts: { total: all.length, distinct: distinct.length },
    heldOut: mixed.slice(0, heldOutCount),
    training: mixed.slice(heldOutCount),
  };
}

/** Equal for equal pictures. */
export const keyOf = ({ pixels }: Image): string => Buffer.from(pixels.buffer).toString('latin1');

// The package's own door draws at random without a seed, so its files are read instead.
const require = createRequire(import.meta.url);

function readClass(digit: number): Image[] {
  const { data } = require(`${dataPackage}/src/digits/${digit}.json`) as { data: number[] };
  const length = imageSize * imageSize;
  return Array.from({ length: data.length / length }, (_, index) => ({
    pixels: Float32Array.from(data.slice(index * length, (index + 1) * length)),
    digit,
  }));
}

/** The image moved right and down; what leaves is lost, what comes in is paper. */
export function moved(pixels: Float32Array, right: number, down: number): Float32Array {
  return pixels.map((_, at) => {
    const x = (at % imageSize) - right;
    const y = Math.floor(at / imageSize) - down;
    const inside = x >= 0 && y >= 0 && x < imageSize && y < imageSize;
    return inside ? (pixels[y * imageSize + x] as number) : 0;
  });
}
