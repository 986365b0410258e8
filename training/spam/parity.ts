import type { ArtifactSession } from '../artifact/session.ts';
import { probabilitiesOf } from './evaluate.ts';
import { type LinearModel, probabilityOf, type SparseRow } from './logistic-regression.ts';

const tolerance = 1e-5;

/** Stops training when the written graph does not compute what was trained. */
export async function requireSameAnswers(
  session: ArtifactSession,
  vectorize: (text: string) => SparseRow,
  model: LinearModel,
  texts: readonly string[],
): Promise<void> {
  const served = await probabilitiesOf(session, texts);
  texts.forEach((text, at) => {
    const trained = probabilityOf(vectorize(text), model);
    if (!(Math.abs(trained - (served[at] as number)) <= tolerance)) {
      throw new Error(
        `The ONNX graph gives ${served[at]}, the trained model ${trained} for ${JSON.stringify(text.slice(0, 200))}. graph.ts and tokens.ts or vocabulary.ts disagree.`,
      );
    }
  });
}
