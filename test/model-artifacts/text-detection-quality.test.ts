import { readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArtifactSession } from '../../training/artifact/session.ts';
import { createRandom } from '../../training/random.ts';
import { evaluateDetection } from '../../training/text-detection/evaluate.ts';
import { expectSame } from './same-quality.ts';
import { shippedVersion } from './shipped-version.ts';

describe('The card of text-detection', () => {
  const { onnx, card } = shippedVersion('text-detection', '1');

  it('states what the model does on drawn pictures', { timeout: 60_000 }, async () => {
    const measured = await evaluateDetection(await ArtifactSession.open(onnx), createRandom(1));
    expectSame(measured, card.quality);
    expect(measured.drawnPictures.wordsFound).toBeGreaterThan(0.95);
  });

  it('speaks of a file that comes with npm and is not in the repository', () => {
    const link = resolve(import.meta.dirname, '../../model-artifacts/text-detection/1/model.onnx');
    expect(readlinkSync(link)).toMatch(/^\.\.\/\.\.\/\.\.\/node_modules\/@gutenye\/ocr-models\//);
  });
});
