import { describe, expect, it } from 'vitest';
import { ArtifactSession } from '../../training/artifact/session.ts';
import { evaluateDigits } from '../../training/digits/evaluate.ts';
import { keyOf, readDigits } from '../../training/digits/images.ts';
import type { MulticlassQuality } from '../../training/quality/multiclass.ts';
import { expectSame } from './same-quality.ts';
import { shippedVersion } from './shipped-version.ts';

// Nobody has to believe a card: the split is made again from the data, and the shipped file is
// measured again on the part that was held out.

describe('The cards of digits', () => {
  const { heldOut, training } = readDigits();

  it.each(['1', '2'])('state what version %s does on held-out images', async (version) => {
    const { onnx, card } = shippedVersion('digits', version);
    const measured = await evaluateDigits(await ArtifactSession.open(onnx), heldOut);
    expectSame({ heldOut: measured }, card.quality);
    expect(card.data).toMatchObject({ heldOut: heldOut.length, training: training.length });
  });

  it('show version 2 clearly better than version 1', () => {
    const accuracy = (version: string) =>
      (shippedVersion('digits', version).card.quality.heldOut as MulticlassQuality).accuracy;
    expect(accuracy('1')).toBeGreaterThan(0.9);
    expect(accuracy('2')).toBeGreaterThanOrEqual(0.975);
    expect(accuracy('2')).toBeGreaterThan(accuracy('1') + 0.05);
  });

  it('speak of images that training has not seen', () => {
    const seen = new Set(training.map(keyOf));
    expect(heldOut.filter((image) => seen.has(keyOf(image)))).toEqual([]);
  });
});
