import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  mcNemar,
  type PairedCounts,
  shareDifference,
} from '../../../serving/statistics/paired-shares.ts';

const counts = (onlyFirst: number, onlySecond: number, bothRight = 0, bothWrong = 0) => ({
  bothRight,
  onlyFirst,
  onlySecond,
  bothWrong,
});

describe("McNemar's exact test", () => {
  it('gives the known value for 12 against 3', () => {
    expect(mcNemar(counts(12, 3))).toBeCloseTo(0.035156, 6);
    expect(mcNemar(counts(3, 12))).toBeCloseTo(0.035156, 6);
  });

  it('finds nothing where nothing differs, or both are equal', () => {
    expect(mcNemar(counts(0, 0))).toBe(1);
    expect(mcNemar(counts(7, 7))).toBe(1);
  });

  it('equals the sum over the binomial distribution, term by term', () => {
    fc.assert(
      fc.property(fc.nat(25), fc.nat(25), (b, c) => {
        expect(mcNemar(counts(b, c))).toBeCloseTo(twoSided(b, c), 12);
      }),
    );
  });

  it('has no holes where factorials leave the range of numbers', () => {
    // Normal approximation with continuity: z = (|b-c|-1)/sqrt(b+c) = 1.9934, p = .0462.
    expect(mcNemar(counts(5150, 4949))).toBeCloseTo(0.0466, 3);
    expect(mcNemar(counts(1e6, 1e5))).toBe(0);
  });
});

describe('The difference of paired shares', () => {
  it('is the share of rows that the second alone got right, less the first', () => {
    expect(shareDifference(counts(10, 30, 50, 10))?.value).toBeCloseTo(0.2, 12);
    expect(shareDifference(counts(0, 0))).toBeUndefined();
  });

  it('mirrors when the two change places', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { minLength: 4, maxLength: 4 }), (cells) => {
        const [a, b, c, d] = cells as [number, number, number, number];
        const one = shareDifference(counts(b, c, a, d));
        const other = shareDifference(counts(c, b, a, d));
        if (!one || !other) return one === other;
        return Math.abs(one.low + other.high) < 1e-9 && Math.abs(one.value + other.value) < 1e-12;
      }),
    );
  });

  it('covers the truth in about 95 of 100 samples', () => {
    const shares = { bothRight: 0.7, onlyFirst: 0.1, onlySecond: 0.15, bothWrong: 0.05 };
    const random = seeded(42);
    let covered = 0;
    for (let trial = 0; trial < 1000; trial += 1) {
      const { low, high } = shareDifference(sample(shares, 80, random)) ?? expect.fail();
      if (low <= 0.05 && 0.05 <= high) covered += 1;
    }
    expect(covered).toBeGreaterThan(935);
    expect(covered).toBeLessThan(985);
  });
});

function twoSided(b: number, c: number): number {
  let sum = 0;
  for (let count = 0; count <= Math.min(b, c); count += 1) {
    let term = 0.5 ** (b + c);
    for (let index = 0; index < count; index += 1) term *= (b + c - index) / (index + 1);
    sum += term;
  }
  return Math.min(1, 2 * sum);
}

function sample(shares: PairedCounts, size: number, random: () => number): PairedCounts {
  const drawn = { bothRight: 0, onlyFirst: 0, onlySecond: 0, bothWrong: 0 };
  for (let index = 0; index < size; index += 1) {
    let left = random();
    for (const [cell, share] of Object.entries(shares)) {
      left -= share;
      if (left > 0 && cell !== 'bothWrong') continue;
      drawn[cell as keyof typeof drawn] += 1;
      break;
    }
  }
  return drawn;
}

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
