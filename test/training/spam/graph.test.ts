import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArtifactSession, numbersOf } from '../../../training/artifact/session.ts';
import { textRequest } from '../../../training/spam/evaluate.ts';
import { spamGraph } from '../../../training/spam/graph.ts';
import { probabilityOf } from '../../../training/spam/logistic-regression.ts';
import { buildVocabulary, vectorizer } from '../../../training/spam/vocabulary.ts';

describe('spamGraph', () => {
  const words = ['Free', 'MONEY', 'lunch', 'click', 'here', '!!', '$', '100%'];
  const vocabulary = buildVocabulary(
    [words.join(' '), words.toReversed().join(' '), 'click here', 'lunch, click'],
    { minTexts: 1, maxTerms: 100 },
  );
  const model = { weights: vocabulary.rarity.map((_, at) => Math.sin(at) * 4), bias: -0.3 };
  const vectorize = vectorizer(vocabulary);
  let session: ArtifactSession;
  beforeAll(async () => {
    session = await ArtifactSession.open(spamGraph(vocabulary, model));
  });

  // onnxruntime-node hands strings over as C strings: what follows a NUL is lost on the way.
  const text = fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'grapheme' })))
    .map((parts) => parts.join(' ').replaceAll('\0', ''));

  it('computes from raw text what training computed, for any batch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 5 }), async (texts) => {
        const outputs = await session.infer(textRequest(texts));
        const served = numbersOf(outputs, 'probability');
        expect(served).toHaveLength(texts.length);
        texts.forEach((each, at) => {
          expect(served[at]).toBeCloseTo(probabilityOf(vectorize(each), model), 5);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('says spam where the probability is above one half', async () => {
    const texts = [...words, ''];
    const [label, probability] = await session.infer(textRequest(texts));
    expect(label).toMatchObject({ name: 'label', datatype: 'BYTES', shape: [texts.length] });
    expect(probability).toMatchObject({ datatype: 'FP32', shape: [texts.length] });
    expect(label?.data).toEqual(
      probability?.data.map((value) => ((value as number) > 0.5 ? 'spam' : 'ham')),
    );
    expect(new Set(label?.data)).toEqual(new Set(['spam', 'ham']));
  });
});
