import { describe, expect, it } from 'vitest';
import { ArtifactSession, numbersOf } from '../../training/artifact/session.ts';
import { readCorpus } from '../../training/spam/corpus.ts';
import { evaluateSpam, type SpamQuality, textRequest } from '../../training/spam/evaluate.ts';
import { expectSame } from './same-quality.ts';
import { shippedVersion } from './shipped-version.ts';

// Nobody has to believe a card: the split is made again from the data, and the shipped file is
// measured again on the part that was held out.

describe('The card of spam', () => {
  const { onnx, card } = shippedVersion('spam', '1');

  it('states what the model does on held-out messages', { timeout: 60_000 }, async () => {
    const { heldOut, training, counts } = readCorpus();
    expect(card.data).toMatchObject({
      messages: counts.total,
      withoutNearCopies: counts.distinct,
      training: { messages: training.length },
      heldOut: { messages: heldOut.length },
    });
    const measured = await evaluateSpam(await ArtifactSession.open(onnx), heldOut);
    expectSame(measured, card.quality);
    expect((card.quality as unknown as SpamQuality).heldOutMessages.auc).toBeGreaterThan(0.99);
  });

  it.each([
    ['You have won a prize, click here', 'spam'],
    ['Congratulations! You have been selected to receive a FREE gift card', 'spam'],
    ['Hi Anna, the tests pass now, can you review my patch?', 'ham'],
    ['Are we still on for lunch tomorrow?', 'ham'],
    ['', 'ham'],
  ])('speaks of a model that calls "%s" %s', async (text, label) => {
    const session = await ArtifactSession.open(onnx);
    const outputs = await session.infer(textRequest([text]));
    expect(outputs[0]?.data).toEqual([label]);
    expect(Math.abs((numbersOf(outputs, 'probability')[0] as number) - 0.5)).toBeGreaterThan(0.15);
  });
});
