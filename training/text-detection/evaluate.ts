import { type ArtifactSession, type InferRequest, numbersOf } from '../artifact/session.ts';
import type { Random } from '../random.ts';
import { type Box, boxOf, drawPicture, type Picture, tensorOf, type Word } from './picture.ts';
import { glyphSize, letters } from './pixel-font.ts';

export const inputName = 'x';
export const outputName = 'sigmoid_0.tmp_0';

/** PaddleOCR's own threshold on the map of probabilities. */
const threshold = 0.3;

export interface DetectionQuality {
  readonly drawnPictures: {
    readonly pictures: number;
    readonly threshold: number;
    /** Share of words of which a tenth of the box or more is marked as text. */
    readonly wordsFound: number;
    /** Share of the marked pixels that lie outside the word's box. */
    readonly outside: number;
    /** Share of empty pictures on which anything is marked. */
    readonly falseAlarms: number;
  };
}

export function detectionRequest(pictures: readonly Picture[]): InferRequest {
  const { width, height } = pictures[0] as Picture;
  const shape = [pictures.length, 3, height, width];
  const data = pictures.flatMap(tensorOf);
  return { inputs: [{ name: inputName, datatype: 'FP32', shape, data }] };
}

/** Measures on drawn pictures, each with one word at a place that the random numbers choose. */
export async function evaluateDetection(
  session: ArtifactSession,
  random: Random,
  pictures = 50,
): Promise<DetectionQuality> {
  let found = 0;
  let marked = 0;
  let outside = 0;
  let falseAlarms = 0;
  for (let round = 0; round < pictures; round++) {
    const word = randomWord(random);
    const drawn = await markedPixels(session, drawPicture(...size, [word]));
    const box = boxOf(word);
    const inside = drawn.filter((pixel) => contains(box, pixel)).length;
    const area = (box.right - box.left) * (box.bottom - box.top);
    if (inside >= area / 10) found++;
    marked += drawn.length;
    outside += drawn.length - inside;
    const plain = { ...drawPicture(...size, []) };
    plain.pixels.fill(random.below(256));
    if ((await markedPixels(session, plain)).length > 0) falseAlarms++;
  }
  return {
    drawnPictures: {
      pictures,
      threshold,
      wordsFound: found / pictures,
      outside: outside / marked,
      falseAlarms: falseAlarms / pictures,
    },
  };
}

const size = [96, 64] as const;

function randomWord(random: Random): Word {
  const length = 3 + random.below(3);
  const text = Array.from({ length }, () => letters[random.below(letters.length)]).join('');
  const dot = 2;
  const width = (length * glyphSize.advance - 1) * dot;
  const x = 4 + random.below(size[0] - width - 8);
  const y = 4 + random.below(size[1] - glyphSize.height * dot - 8);
  return { text, x, y, dot };
}

async function markedPixels(
  session: ArtifactSession,
  picture: Picture,
): Promise<[number, number][]> {
  const map = numbersOf(await session.infer(detectionRequest([picture])), outputName);
  return map.flatMap((probability, at): [number, number][] =>
    probability > threshold ? [[at % picture.width, Math.floor(at / picture.width)]] : [],
  );
}

function contains({ left, top, right, bottom }: Box, [x, y]: readonly [number, number]): boolean {
  return x >= left && x < right && y >= top && y < bottom;
}
