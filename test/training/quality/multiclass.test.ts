import { expect, it } from 'vitest';
import { multiclassQuality } from '../../../training/quality/multiclass.ts';

it('counts answers by truth and measures each class and the whole', () => {
  const probabilities = [
    [0.7, 0.2, 0.1],
    [0.1, 0.8, 0.1],
    [0.5, 0.4, 0.1],
    [0, 0.2, 0.8],
  ];
  const quality = multiclassQuality([0, 1, 1, 2], [0, 1, 0, 2], probabilities);
  expect(quality).toMatchObject({
    examples: 4,
    accuracy: 0.75,
    confusion: [
      [1, 0, 0],
      [1, 1, 0],
      [0, 0, 1],
    ],
    perClass: [
      { class: 0, examples: 1, precision: 0.5, recall: 1 },
      { class: 1, examples: 2, precision: 1, recall: 0.5 },
      { class: 2, examples: 1, precision: 1, recall: 1 },
    ],
  });
  const loss = -(Math.log(0.7) + Math.log(0.8) + Math.log(0.4) + Math.log(0.8)) / 4;
  expect(quality.logLoss).toBeCloseTo(loss, 12);
});
