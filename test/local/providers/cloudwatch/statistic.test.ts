import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Aggregate } from '../../../../local/providers/cloudwatch/aggregate.ts';
import { statisticNamed } from '../../../../local/providers/cloudwatch/statistic.ts';

function aggregateOf(values: readonly number[]): Aggregate {
  const aggregate = new Aggregate();
  for (const value of values) aggregate.add(value);
  return aggregate;
}

/** The nearest rank of a sorted array: the definition, without counting maps. */
function rankedIn(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(Number(((percent / 100) * sorted.length).toPrecision(12))));
  return sorted[rank - 1] as number;
}

const oneToHundred = Array.from({ length: 100 }, (_, index) => index + 1);

describe('a statistic', () => {
  it.each([
    ['SampleCount', 100],
    ['Sum', 5050],
    ['Average', 50.5],
    ['Minimum', 1],
    ['Maximum', 100],
    ['p0', 1],
    ['p50', 50],
    ['p95', 95],
    ['p99.9', 100],
    ['p100', 100],
    ['tm10', 5.5],
    ['tc25', 25],
    ['ts10', 55],
  ])('%s of one to hundred', (name, expected) => {
    expect(statisticNamed(name)(aggregateOf(oneToHundred))).toBe(expected);
  });

  it('is refused by name when there is no such statistic', () => {
    for (const name of ['Median', 'p101', 'p', 'pp95', 'toString', '']) {
      expect(() => statisticNamed(name)).toThrow(`The statistic '${name}' is not supported`);
    }
  });

  it('gives any percentile of any values exactly', () => {
    const values = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 100 }), (list, percent) => {
        const given = statisticNamed(`p${percent}`)(aggregateOf(list));
        expect((given as number) + 0).toBe(rankedIn(list, percent) + 0);
      }),
    );
  });

  it('gives percentiles of very many distinct values within half a percent, in little memory', () => {
    const values = Array.from(
      { length: 50_000 },
      (_, index) => 1 + ((index * 7919) % 50_000) / 100,
    );
    const aggregate = aggregateOf(values);
    expect(aggregate.values.size).toBeLessThan(1001);
    for (const percent of [1, 25, 50, 90, 95, 99, 99.9]) {
      const exact = rankedIn(values, percent);
      const given = statisticNamed(`p${percent}`)(aggregate) as number;
      expect(Math.abs(given - exact) / exact).toBeLessThan(0.0051);
    }
    expect(statisticNamed('Maximum')(aggregate)).toBe(Math.max(...values));
  });

  it('has no percentile of a statistic set, which does not tell its values', () => {
    const aggregate = aggregateOf([1, 2]);
    aggregate.addSet({ count: 10, sum: 50, min: 1, max: 9 });
    expect(statisticNamed('p50')(aggregate)).toBeUndefined();
    expect(statisticNamed('Average')(aggregate)).toBe(53 / 12);
  });

  it('has a percentile of a set whose values are all equal', () => {
    const aggregate = new Aggregate();
    aggregate.addSet({ count: 10, sum: 50, min: 5, max: 5 });
    expect(statisticNamed('p99')(aggregate)).toBe(5);
  });
});
