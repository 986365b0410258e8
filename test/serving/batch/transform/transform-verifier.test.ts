import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../memory-store.ts';
import { answerLine, plan, requestLine, transform, verify } from './transform-job.ts';

let store: MemoryStore;

beforeEach(() => {
  store = new MemoryStore();
  store.put('s3://data/in/a.jsonl', requestLine(1) + requestLine(2, 3));
  store.put('s3://data/in/deep/b.jsonl', requestLine(4).trimEnd());
});

const report = () => store.json('s3://data/out/_siskin/report.json') as object;

describe('The end of a transform job', () => {
  it('is a manifest whose lines are the input’s, and a report with hours and cost', async () => {
    const planned = await plan(store);
    expect(await verify(store, planned, transform(store, planned))).toMatchObject({
      rows: 4,
      errors: 0,
      parts: 2,
      manifest: 's3://data/out/_siskin/manifest.json',
    });
    expect(store.json('s3://data/out/_siskin/manifest.json')).toMatchObject({
      model: 'doubler',
      version: '1',
      totals: { records: 3, rows: 4, errors: 0, parts: 2 },
      parts: [
        { key: 'a.jsonl.out', records: 2, rows: 3, sha256: expect.any(String) },
        { key: 'deep/b.jsonl.out', records: 1, rows: 1 },
      ],
    });
    expect(report()).toMatchObject({
      seconds: 1800,
      workers: 2,
      attempts: 2,
      interruptions: { noticed: 0, killed: 0 },
      hours: { spot: 0, 'on-demand': 1 },
      cost: { currency: 'USD', amount: 2 },
    });
  });

  it('names the objects without answers, and SageMaker’s reason', async () => {
    const planned = await plan(store);
    const job = transform(store, planned, (name) => name === 'a.jsonl');
    const verified = verify(store, planned, job);
    await expect(verified).rejects.toMatchObject({ name: 'TransformFailed' });
    await expect(verified).rejects.toThrow(/deep\/b\.jsonl.*ClientError: See job logs/);
    expect(store.keys('s3://data/out/_siskin/manifest.json')).toEqual([]);
  });

  it('counts the hours of all runs, and each row once', async () => {
    const first = await plan(store);
    const failed = transform(store, first, (name) => name === 'a.jsonl');
    await expect(verify(store, first, failed)).rejects.toThrow();
    const second = await plan(store, {}, '2026-11-22T07:00:00.000Z');
    await verify(store, second, transform(store, second));
    expect(report()).toMatchObject({
      totals: { rows: 4 },
      attempts: 4,
      interruptions: { killed: 0 },
      hours: { 'on-demand': 2 },
    });
    const attempts = store
      .keys('s3://data/out/_siskin/attempts/')
      .map((key) => (store.json(key) as { rows: number }).rows);
    expect(attempts).toEqual([3, 0, 1, 0]);
  });

  it.each([
    ['a line is missing', answerLine(1)],
    ['a line is too many', answerLine(1) + answerLine(2, 3) + answerLine(4)],
    ['a line is no answer', `${answerLine(1)}oops\n`],
  ])('is an error when %s', async (_what, answers) => {
    const planned = await plan(store);
    const job = transform(store, planned);
    store.put('s3://data/out/a.jsonl.out', answers);
    await expect(verify(store, planned, job)).rejects.toMatchObject({ name: 'TotalsDiffer' });
  });

  it('is an error when an object is missing though SageMaker has completed the job', async () => {
    const planned = await plan(store);
    const job = transform(store, planned);
    store.objects.delete('s3://data/out/a.jsonl.out');
    await expect(verify(store, planned, job)).rejects.toMatchObject({ name: 'TotalsDiffer' });
  });

  it('notices input that changed under the job', async () => {
    const planned = await plan(store);
    const job = transform(store, planned);
    store.put('s3://data/in/a.jsonl', requestLine(1) + requestLine(2, 4));
    await expect(verify(store, planned, job)).rejects.toMatchObject({ name: 'InputChanged' });
  });

  it('is the same once more for the same request', async () => {
    const planned = await plan(store);
    const result = await verify(store, planned, transform(store, planned));
    const again = await plan(store);
    expect(again.objects).toBe(0);
    expect(await verify(store, again)).toEqual(result);
    expect(report()).toMatchObject({ hours: { 'on-demand': 1 } });
  });
});
