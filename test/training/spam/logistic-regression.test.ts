import { describe, expect, it } from 'vitest';
import {
  fitLogisticRegression,
  probabilityOf,
  type SparseRow,
} from '../../../training/spam/logistic-regression.ts';

const row = (...columns: number[]): SparseRow => ({
  columns: Int32Array.from(columns),
  values: Float64Array.from(columns, () => 1 / Math.sqrt(columns.length)),
});

describe('fitLogisticRegression', () => {
  it('gives rows without columns the share of the positive class', () => {
    const rows = Array.from({ length: 4 }, () => row());
    const model = fitLogisticRegression(rows, [true, false, false, false], {
      columns: 1,
      l2: 1e-3,
      steps: 500,
    });
    expect(probabilityOf(row(), model)).toBeCloseTo(0.25, 6);
    expect([...model.weights]).toEqual([0]);
  });

  it('learns which column speaks for which class, and pulls weights to zero the stronger it is told to', () => {
    const rows = [row(0), row(0, 2), row(1), row(1, 2)];
    const targets = [true, true, false, false];
    const fitted = (l2: number) =>
      fitLogisticRegression(rows, targets, { columns: 3, l2, steps: 800 });
    const [firm, loose] = [fitted(1e-1), fitted(1e-3)];
    expect(loose.weights[0]).toBeGreaterThan(firm.weights[0] as number);
    expect(loose.weights[0]).toBeCloseTo(-(loose.weights[1] as number), 6);
    expect(loose.weights[2]).toBeCloseTo(0, 6);
    expect(rows.map((each) => probabilityOf(each, loose) > 0.5)).toEqual(targets);
  });

  it('ends where the loss has no slope left', () => {
    const rows = [row(0), row(1), row(0, 1), row(1)];
    const targets = [true, false, true, true];
    const l2 = 0.01;
    const { weights, bias } = fitLogisticRegression(rows, targets, { columns: 2, l2, steps: 2000 });
    const loss = (shifted: Float64Array, at: number) =>
      rows.reduce((sum, each, index) => {
        const p = probabilityOf(each, { weights: shifted, bias: at });
        return sum - Math.log(targets[index] ? p : 1 - p) / rows.length;
      }, 0) +
      (l2 / 2) * shifted.reduce((sum, weight) => sum + weight * weight, 0);
    const step = 1e-5;
    const slope = (loss(weights, bias + step) - loss(weights, bias - step)) / (2 * step);
    expect(slope).toBeCloseTo(0, 6);
    for (const column of [0, 1]) {
      const moved = (by: number) => weights.with(column, (weights[column] as number) + by);
      const across = (loss(moved(step), bias) - loss(moved(-step), bias)) / (2 * step);
      expect(across).toBeCloseTo(0, 6);
    }
  });
});
