import { type ArtifactSession, type InferRequest, numbersOf } from '../artifact/session.ts';
import { type MulticlassQuality, multiclassQuality } from '../quality/multiclass.ts';
import { type Image, imageSize } from './images.ts';

const batch = 100;
const classes = 10;

export async function evaluateDigits(
  session: ArtifactSession,
  images: readonly Image[],
): Promise<MulticlassQuality> {
  const answers: number[] = [];
  const probabilities: (readonly number[])[] = [];
  for (let start = 0; start < images.length; start += batch) {
    const part = images.slice(start, start + batch);
    const outputs = await session.infer(imageRequest(part.map(({ pixels }) => pixels)));
    const scores = numbersOf(outputs, 'probabilities');
    answers.push(...numbersOf(outputs, 'label'));
    probabilities.push(
      ...part.map((_, index) => scores.slice(index * classes, (index + 1) * classes)),
    );
  }
  const truths = images.map(({ digit }) => digit);
  return multiclassQuality(truths, answers, probabilities);
}

export function imageRequest(images: readonly Float32Array[]): InferRequest {
  const data = new Float32Array(images.length * imageSize * imageSize);
  images.forEach((pixels, index) => {
    data.set(pixels, index * pixels.length);
  });
  const shape = [images.length, 1, imageSize, imageSize];
  return { inputs: [{ name: 'image', datatype: 'FP32', shape, data }] };
}
