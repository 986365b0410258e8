import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClassComparison, Comparison } from '../../../../serving/batch/backtest/comparison.ts';
import type { BatchRequest } from '../../../../serving/contract/batch.ts';
import { plan, poison, range, request, verify, wholeJob, work } from '../batch-job.ts';
import { MemoryStore } from '../memory-store.ts';

/** Version 2 of the model gets every 13th number wrong. */
const backtest = { challenger: '2', label: 'label', prediction: 'class', slices: ['half'] };
const given: BatchRequest = { ...request, partRows: 7, backtest };

const csv = (numbers: readonly number[]) =>
  `x,label,half\n${numbers.map((x) => `${x},${x % 3},${x < 20 ? 'low' : 'high'}\n`).join('')}`;

async function compared(numbers: readonly number[], changes: object = {}) {
  const { store, result } = await wholeJob({ ...given, ...changes }, (input) =>
    input.put('s3://data/in/a.csv', csv(numbers)),
  );
  return {
    comparison: store.json('s3://data/out/_siskin/comparison.json') as Comparison,
    result,
    store,
  };
}

describe('A backtest', () => {
  it('compares the accuracy of two versions on the same rows', async () => {
    const { comparison, result } = await compared(range(1, 41));
    expect(result.comparison).toBe('s3://data/out/_siskin/comparison.json');
    expect(comparison).toMatchObject({
      champion: '1',
      challenger: '2',
      rows: 40,
      unlabelled: 0,
      agreement: { value: 37 / 40 },
      verdict: 'no difference shown',
      overall: {
        rows: 40,
        accuracy: { champion: { value: 1 }, challenger: { value: 37 / 40 } },
        difference: { value: -3 / 40 },
        onlyChampionRight: 3,
        onlyChallengerRight: 0,
        pValue: expect.closeTo(0.25, 12),
      },
    });
  });

  it('counts what each version said against what the other said', async () => {
    const { comparison } = await compared(range(1, 41));
    // 13, 26 and 39 are of the classes 1, 2 and 0; version 2 says the next one.
    expect(comparison.confusion).toEqual({
      0: { 0: 12, 1: 1 },
      1: { 1: 13, 2: 1 },
      2: { 2: 12, 0: 1 },
    });
  });

  it('breaks the comparison down by the values of columns', async () => {
    const { comparison } = await compared(range(1, 41));
    const slices = comparison.slices as readonly (ClassComparison & { value: string })[];
    expect(
      slices.map(({ value, rows, onlyChampionRight }) => [value, rows, onlyChampionRight]),
    ).toEqual([
      ['high', 21, 2],
      ['low', 19, 1],
    ]);
  });

  it('shows a difference when there is one', async () => {
    const { comparison } = await compared(range(1, 20 * 13));
    expect(comparison.verdict).toBe('champion better');
  });

  it('compares numbers by their errors, with a paired interval', async () => {
    const { comparison } = await compared(range(1, 5), {
      backtest: { ...backtest, prediction: 'twice', slices: [] },
    });
    // The label is x % 3 and both say 2x: errors 1, 2, 6, 7.
    expect(comparison.overall).toMatchObject({
      rows: 4,
      meanAbsoluteError: { champion: 4, challenger: 4 },
      rootMeanSquaredError: { champion: Math.sqrt(22.5), challenger: Math.sqrt(22.5) },
      absoluteDifference: { value: 0, low: 0, high: 0 },
    });
    expect(comparison.verdict).toBe('no difference shown');
  });

  it('tells rows that a version refuses, and puts them into the error file', async () => {
    const { comparison, result, store } = await compared([1, 2, poison, 4]);
    expect(result).toMatchObject({ rows: 3, errors: 1 });
    expect(comparison.rows).toBe(4);
    expect(comparison.refused).toMatchObject({
      champion: { value: 0.25 },
      challenger: { value: 0.25 },
    });
    expect(store.text('s3://data/out/_siskin/errors.jsonl')).toContain(
      'version 1: the model failed: poison; version 2: the model failed: poison',
    );
  });

  it('adds up to the same, however the input is cut', async () => {
    const whole = (await compared(range(1, 200))).comparison;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 70 }), async (partRows) => {
        const { job: _, ...comparison } = (await compared(range(1, 200), { partRows })).comparison;
        expect({ ...comparison, job: whole.job }).toEqual(whole);
      }),
      { numRuns: 10 },
    );
  });

  it('says that the labels are absent', async () => {
    const store = new MemoryStore();
    store.put('s3://data/in/a.csv', 'x\n1\n2\n');
    await plan(store, { ...request, backtest: { ...backtest, slices: [] } });
    await expect(work(store)).rejects.toMatchObject({
      name: 'InputDamaged',
      message: expect.stringContaining('"label"'),
    });
  });

  it('says that there is nothing in the labels', async () => {
    const store = new MemoryStore();
    store.put('s3://data/in/a.csv', 'x,label\n1,\n2,\n');
    await plan(store, { ...request, backtest: { ...backtest, slices: [] } });
    await work(store);
    await expect(verify(store)).rejects.toMatchObject({
      name: 'InputDamaged',
      message: expect.stringContaining('gives no labels: 2 of 2 rows'),
    });
  });

  it('refuses a slice by a column with thousands of values', async () => {
    const store = new MemoryStore();
    store.put(
      's3://data/in/a.csv',
      `x,label\n${range(0, 1500)
        .map((x) => `${x},${x}\n`)
        .join('')}`,
    );
    await plan(store, { ...request, backtest: { ...backtest, slices: ['x'] } });
    await expect(work(store)).rejects.toMatchObject({
      name: 'BadRequest',
      message: expect.stringContaining('more than 1000 values'),
    });
  });
});
