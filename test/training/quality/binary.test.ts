import { describe, expect, it } from 'vitest';
import { binaryQuality } from '../../../training/quality/binary.ts';

describe('binaryQuality', () => {
  it('counts each kind of answer, the threshold itself being a yes', () => {
    const quality = binaryQuality(
      [true, true, true, false, false, false, false, false],
      [0.9, 0.5, 0.2, 0.8, 0.1, 0.1, 0.3, 0.4],
    );
    expect(quality).toMatchObject({
      examples: 8,
      positives: 3,
      accuracy: 6 / 8,
      precision: 2 / 3,
      recall: 2 / 3,
      confusion: { truePositives: 2, falsePositives: 1, trueNegatives: 4, falseNegatives: 1 },
    });
    expect(quality.f1).toBeCloseTo(2 / 3, 12);
  });

  it('measures the area under the curve as the share of pairs in the right order, ties by half', () => {
    expect(binaryQuality([false, true], [0.1, 0.2]).auc).toBe(1);
    expect(binaryQuality([false, true], [0.2, 0.1]).auc).toBe(0);
    expect(binaryQuality([true, false, false], [0.3, 0.3, 0.3]).auc).toBe(0.5);
    expect(binaryQuality([true, true, false, false], [0.9, 0.4, 0.4, 0.1]).auc).toBe(3.5 / 4);
  });

  it('takes the mean log loss and stays finite when a sure answer is wrong', () => {
    expect(binaryQuality([true, false], [0.8, 0.4]).logLoss).toBeCloseTo(
      -(Math.log(0.8) + Math.log(0.6)) / 2,
      12,
    );
    expect(binaryQuality([true, false], [0, 0]).logLoss).toBeCloseTo(-Math.log(1e-7) / 2, 12);
  });
});
