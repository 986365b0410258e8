import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../../local/host/aws-error.ts';
import { parseExpression } from '../../../../local/providers/cloudwatch/expression.ts';
import { type Scope, seriesOf } from '../../../../local/providers/cloudwatch/math-value.ts';
import { computeExpression } from '../../../../local/providers/cloudwatch/metric-math.ts';
import type { TimeSeries } from '../../../../local/providers/cloudwatch/time-series.ts';

/** A missing datapoint. */
const _ = undefined;
type Row = readonly (number | undefined)[];

const GRID = [0, 60, 120, 180, 240];

/** A request with these metrics; each value stands at the minute of its place. */
function requestWith(rows: Readonly<Record<string, Row>>): Scope {
  const series = new Map(Object.entries(rows).map(([id, row]) => [id, rowSeries(id, row)]));
  return {
    period: 60,
    result: (id) => series.get(id),
    metrics: () => [...series].map(([id, found]) => ({ id, series: found })),
    search: () => [...series.values()],
    grid: () => GRID,
  };
}

function rowSeries(label: string, row: Row): TimeSeries {
  const points = row.flatMap((value, index) =>
    value === undefined ? [] : [[index * 60, value] as const],
  );
  return { label, period: 60, points: new Map(points) };
}

function compute(expression: string, rows: Readonly<Record<string, Row>>): Row[] {
  const result = computeExpression(parseExpression(expression), requestWith(rows));
  return seriesOf(result).map(({ points }) => GRID.map((time) => points.get(time)));
}

describe('metric math', () => {
  const rows = {
    a: [1, 2, 3, 4, 5],
    b: [2, 0, _, 4, _],
    c: [_, _, _, 8, _],
    empty: [_, _, _, _, _],
  };

  it.each<[string, Row]>([
    ['a + 1', [2, 3, 4, 5, 6]],
    ['-a', [-1, -2, -3, -4, -5]],
    ['2 + a * 2', [4, 6, 8, 10, 12]],
    ['(2 + a) * 2', [6, 8, 10, 12, 14]],
    ['a - 1 - 1', [-1, 0, 1, 2, 3]],
    ['a ^ 2', [1, 4, 9, 16, 25]],
    ['2 ^ 3 ^ a / 2 ^ 3 ^ a', [1, 1, 1, 1, 1]],
    ['a / b', [0.5, _, _, 1, _]],
    ['b / a', [2, 0, 0, 1, 0]],
    ['b + c', [2, 0, _, 12, _]],
    ['c * 2', [_, _, _, 16, _]],
    ['a + empty', [1, 2, 3, 4, 5]],
    ['empty / a', [0, 0, 0, 0, 0]],
    ['a < 3', [1, 1, 0, 0, 0]],
    ['a >= 3 AND a < 5', [0, 0, 1, 1, 0]],
    ['a == 1 || a == 5', [1, 0, 0, 0, 1]],
    ['a != 1 && a != 5', [0, 1, 1, 1, 0]],
    ['a > 4 OR a == 1 AND a < 0', [0, 0, 0, 0, 1]],
    ['ABS(a - 3)', [2, 1, 0, 1, 2]],
    ['CEIL(a / 2)', [1, 1, 2, 2, 3]],
    ['FLOOR(a / 2)', [0, 1, 1, 2, 2]],
    ['LOG10(a * 0 + 100)', [2, 2, 2, 2, 2]],
    ['a - MIN(a)', [0, 1, 2, 3, 4]],
    ['a - MAX(a)', [-4, -3, -2, -1, 0]],
    ['a * SUM(b)', [6, 12, 18, 24, 30]],
    ['a * AVG(b)', [2, 4, 6, 8, 10]],
    ['a * DATAPOINT_COUNT(b)', [3, 6, 9, 12, 15]],
    ['SUM([a, b])', [3, 2, 3, 8, 5]],
    ['SUM(METRICS())', [3, 2, 3, 16, 5]],
    ['SUM(METRICS("b"))', [2, 0, _, 4, _]],
    ['AVG([a, b])', [1.5, 1, 1.5, 4, 2.5]],
    ['MIN([a, b])', [1, 0, 3, 4, 5]],
    ['MAX([a, b])', [2, 2, 3, 4, 5]],
    ['a * METRIC_COUNT(METRICS())', [4, 8, 12, 16, 20]],
    ['FILL(b, 0)', [2, 0, 0, 4, 0]],
    ['FILL(b, a)', [2, 0, 3, 4, 5]],
    ['FILL(b, REPEAT)', [2, 0, 0, 4, 4]],
    ['FILL(b, LINEAR)', [2, 0, 2, 4, _]],
    ['FILL(c, REPEAT)', [_, _, _, 8, 8]],
    ['FILL(empty, 7)', [7, 7, 7, 7, 7]],
    ['FILL(empty, REPEAT)', [_, _, _, _, _]],
    ['DIFF(a)', [_, 1, 1, 1, 1]],
    ['DIFF_TIME(b)', [_, 60, _, 120, _]],
    ['RATE(a * 60)', [_, 1, 1, 1, 1]],
    ['RATE(b)', [_, -2 / 60, _, 4 / 120, _]],
    ['RUNNING_SUM(b)', [2, 2, _, 6, _]],
    ['a / PERIOD(a) * 60', [1, 2, 3, 4, 5]],
    ['TIME_SERIES(3)', [3, 3, 3, 3, 3]],
    ['MINUTE(a)', [0, 1, 2, 3, 4]],
    ['FIRST(SORT(METRICS(), SUM, DESC))', [1, 2, 3, 4, 5]],
    ['LAST(SORT(METRICS(), SUM, DESC))', [2, 0, _, 4, _]],
    ['IF(a > 3, 1, 0)', [0, 0, 0, 1, 1]],
    ['IF(a > 3, a)', [_, _, _, 4, 5]],
    ['IF(a < 3, b, a)', [2, 0, 3, 4, 5]],
    ['IF(a < 20, 0, 100 * b / a)', [0, 0, 0, 0, 0]],
    ['IF(1, a, b)', [1, 2, 3, 4, 5]],
    ['IF(0, a)', [_, _, _, _, _]],
  ])('%s', (expression, expected) => {
    expect(compute(expression, rows)).toEqual([expected]);
  });

  it('gives one series for each of an array', () => {
    expect(compute('[a, b] * 2', rows)).toEqual([
      [2, 4, 6, 8, 10],
      [4, 0, _, 8, _],
    ]);
    expect(compute('REMOVE_EMPTY(METRICS())', rows)).toHaveLength(3);
    expect(compute('SLICE(METRICS(), 1, 3)', rows)).toEqual([rows.b, rows.c]);
  });

  describe('in the examples of the CloudWatch user guide', () => {
    const compared = { m1: [30, 20, 0, 0], m2: [20, _, 20, _] };
    const chosen = { m1: [1, 1, 0, 0, _], m2: [30, _, 0, 0, 30], m3: [0, 0, 20, _, 20] };

    it.each<[string, Readonly<Record<string, Row>>, Row]>([
      ['m1 < m2', compared, [0, 0, 1, 0, _]],
      ['m1 >= 30', compared, [1, 0, 0, 0, _]],
      ['m1 > 15 AND m2 > 15', compared, [1, 0, 0, 0, _]],
      ['IF(m1, m2, m3)', chosen, [30, 0, 20, _, _]],
      ['IF(m1, 5, m3)', chosen, [5, 5, 20, _, _]],
      ['IF(m1, m2, 5)', chosen, [30, 0, 5, 5, _]],
    ])('%s', (expression, rows, expected) => {
      expect(compute(expression, rows)).toEqual([expected]);
    });
  });

  it.each([
    ['', 'it is empty'],
    ['a b', 'an operator is missing'],
    ['a +', 'Expected expression after +'],
    ['(a', 'Unclosed ('],
    ['a.b', 'MemberExpression is not part of metric math'],
    ['1 + 1', 'it gives the number 2, and must give a time series'],
    ['nope + 1', "nothing has the id 'nope'"],
    ['NOPE(a)', 'there is no function NOPE'],
    ['FILL(a)', 'FILL takes 2 arguments, not 1'],
    ['FILL(a, SOMETHING)', 'FILL takes a number, a time series, REPEAT or LINEAR'],
    ['[a, b] + [a, b]', "'+' cannot combine two arrays of time series"],
    ['RATE(1)', 'the number 1 stands where a time series is needed'],
    ['a + REPEAT', 'the word REPEAT stands where a number is needed'],
  ])('refuses %j with the reason', (expression, reason) => {
    expect(() => compute(expression, rows)).toThrow(AwsError);
    expect(() => compute(expression, rows)).toThrow(reason);
  });

  it('refuses what is too long or nested too deeply', () => {
    expect(() => compute('('.repeat(2000), rows)).toThrow(AwsError);
    expect(() => compute(`${'1 + '.repeat(600)}a`, rows)).toThrow('at most 2048 are allowed');
  });

  it('lets only its own errors escape', () => {
    const word = fc.constantFrom(
      'a',
      'b',
      'SUM',
      'IF',
      'FILL',
      'SORT',
      'AVG',
      '(',
      ')',
      ',',
      '[',
      ']',
    );
    const sign = fc.constantFrom(
      '+',
      '-',
      '*',
      '/',
      '^',
      ' AND ',
      ' OR ',
      '<',
      '==',
      '"x"',
      '1',
      '.',
    );
    const likely = fc.array(fc.oneof(word, sign), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(likely, fc.string()), (expression) => {
        try {
          compute(expression, rows);
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
    );
  });
});
