import type { GoldenRequest } from '../artifact/golden.ts';
import { detectionRequest } from './evaluate.ts';
import { drawPicture, type Picture, type Word } from './picture.ts';

const draw = (...words: readonly Word[]) => drawPicture(64, 32, words);

/** Small pictures: each is a line of numbers in golden.json. */
export function goldenDetection(): GoldenRequest[] {
  const bird = draw({ text: 'BIRD', x: 8, y: 9, dot: 2 });
  const small = draw({ text: 'SISKIN', x: 4, y: 4, dot: 1 });
  const blank = draw();
  const inverse: Picture = { ...bird, pixels: bird.pixels.map((grey) => 255 - grey) };
  const ask = (name: string, ...pictures: Picture[]) => ({
    name,
    request: detectionRequest(pictures),
  });
  return [
    ask('a word', bird),
    ask('a picture without text', blank),
    ask('white letters on black', inverse),
    ask('a word in small letters', small),
    ask('a batch of a word and a year', bird, draw({ text: '2026', x: 10, y: 8, dot: 2 })),
  ];
}
