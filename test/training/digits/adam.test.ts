import { expect, it } from 'vitest';
import { Adam } from '../../../training/digits/adam.ts';
import { Parameter } from '../../../training/digits/layers/layer.ts';

it('moves by the rate at first, against the gradient however steep, and clears it', () => {
  const parameter = new Parameter(3, () => 1);
  parameter.gradient.set([400, -0.02, 0]);
  new Adam([parameter]).step(0.1, 32);
  expect(parameter.values[0]).toBeCloseTo(0.9, 4);
  expect(parameter.values[1]).toBeCloseTo(1.1, 4);
  expect(parameter.values[2]).toBe(1);
  expect([...parameter.gradient]).toEqual([0, 0, 0]);
});

it('finds the bottom of a bowl', () => {
  const parameter = new Parameter(2, () => 5);
  const adam = new Adam([parameter]);
  for (let step = 0; step < 2000; step++) {
    parameter.gradient.set([...parameter.values].map((value, at) => 2 * (value - at)));
    adam.step(0.02, 1);
  }
  expect(parameter.values[0]).toBeCloseTo(0, 2);
  expect(parameter.values[1]).toBeCloseTo(1, 2);
});
