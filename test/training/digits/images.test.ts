import { describe, expect, it } from 'vitest';
import { moved } from '../../../training/digits/images.ts';

describe('moved', () => {
  const dot = new Float32Array(784);
  dot[5 * 28 + 7] = 1;

  it('moves ink right and down', () => {
    expect(moved(dot, 2, -3).indexOf(1)).toBe(2 * 28 + 9);
  });

  it('loses what leaves the picture and lets paper in', () => {
    const ink = new Float32Array(784).fill(1);
    const total = (pixels: Float32Array) => pixels.reduce((sum, pixel) => sum + pixel, 0);
    expect(total(moved(ink, 1, 0))).toBe(27 * 28);
    expect(total(moved(ink, 1, 1))).toBe(27 * 27);
    expect(total(moved(dot, -8, 0))).toBe(0);
  });
});
