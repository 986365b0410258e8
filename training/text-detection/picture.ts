import { glyphOf, glyphSize } from './pixel-font.ts';

/** A word on a picture: its upper left corner and the size of one dot, in pixels. */
export interface Word {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly dot: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  /** The first column and row outside. */
  readonly right: number;
  readonly bottom: number;
}

/** A grey picture, one byte a pixel, rows from the top. The model wants sides in multiples of 32. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const paper = 255;
const ink = 16;

export function drawPicture(width: number, height: number, words: readonly Word[]): Picture {
  const pixels = new Uint8Array(width * height).fill(paper);
  for (const { text, x, y, dot } of words) {
    [...text].forEach((character, place) => {
      glyphOf(character).forEach((row, down) => {
        row.forEach((isInk, along) => {
          if (!isInk) return;
          const left = x + (place * glyphSize.advance + along) * dot;
          for (let line = 0; line < dot; line++) {
            const start = (y + down * dot + line) * width + left;
            pixels.fill(ink, start, start + dot);
          }
        });
      });
    });
  }
  return { width, height, pixels };
}

/** The rectangle that a word's ink fills. */
export function boxOf({ text, x, y, dot }: Word): Box {
  const columns = text.length * glyphSize.advance - 1;
  return { left: x, top: y, right: x + columns * dot, bottom: y + glyphSize.height * dot };
}

/** Mean and standard deviation of red, green and blue in ImageNet, which PaddleOCR trains with. */
const channels = [
  { mean: 0.485, deviation: 0.229 },
  { mean: 0.456, deviation: 0.224 },
  { mean: 0.406, deviation: 0.225 },
] as const;

/** The model's input of one picture: three channels of height x width, to three decimals. */
export function tensorOf({ pixels }: Picture): number[] {
  return channels.flatMap(({ mean, deviation }) =>
    Array.from(pixels, (grey) => Number(((grey / 255 - mean) / deviation).toFixed(3))),
  );
}
