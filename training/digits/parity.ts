import { type ArtifactSession, numbersOf } from '../artifact/session.ts';
import { imageRequest } from './evaluate.ts';
import type { Image } from './images.ts';
import type { Network } from './network.ts';

const tolerance = 1e-5;

/** Stops training when the written graph does not compute what was trained. */
export async function requireSameAnswers(
  network: Network,
  session: ArtifactSession,
  images: readonly Image[],
): Promise<void> {
  const outputs = await session.infer(imageRequest(images.map(({ pixels }) => pixels)));
  const served = numbersOf(outputs, 'probabilities');
  const trained = images.flatMap(({ pixels }) => [...network.predict(pixels)]);
  const apart = Math.max(...trained.map((value, at) => Math.abs(value - (served[at] as number))));
  if (!(apart <= tolerance)) {
    throw new Error(
      `The ONNX graph answers ${apart} apart from the trained network (at most ${tolerance} is rounding). A layer's toOnnx() differs from its forward().`,
    );
  }
}
