import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../memory-store.ts';
import { listed, plan, requestLine, transform } from './transform-job.ts';

let store: MemoryStore;

beforeEach(() => {
  store = new MemoryStore();
  store.put('s3://data/in/a.jsonl', requestLine(1) + requestLine(2, 3));
  store.put('s3://data/in/deep/b.jsonl', requestLine(4));
});

describe('The plan of a transform job', () => {
  it('lists the objects in a manifest for SageMaker', async () => {
    store.put('s3://data/in/_mark', 'x');
    store.put('s3://data/in/empty.jsonl', '');
    const planned = await plan(store);
    expect(planned).toMatchObject({
      plan: 's3://data/out/_siskin/plan.json',
      objects: 2,
      output: 's3://data/out/',
      transform: {},
    });
    expect(store.json(planned.manifest)).toEqual([
      { prefix: 's3://data/in/' },
      'a.jsonl',
      'deep/b.jsonl',
    ]);
  });

  it('names each run anew, within what SageMaker takes', async () => {
    const first = await plan(store);
    const second = await plan(store, {}, '2026-11-22T06:00:01.000Z');
    expect(first.jobName).toMatch(/^siskin-dev-doubler-batch-[0-9a-f]{8}-[0-9a-z]{8}$/);
    expect(second.jobName).not.toBe(first.jobName);
  });

  it('takes one object alone', async () => {
    const planned = await plan(store, { input: 's3://data/in/a.jsonl' });
    expect(listed(store, planned)).toEqual(['a.jsonl']);
  });

  it('leaves out what an earlier run has answered completely, and only that', async () => {
    const first = await plan(store);
    transform(store, first, (name) => name === 'a.jsonl');
    expect(listed(store, await plan(store))).toEqual(['deep/b.jsonl']);
    store.put('s3://data/out/a.jsonl.out', '{"outputs":[]}\n');
    expect(listed(store, await plan(store))).toEqual(['a.jsonl', 'deep/b.jsonl']);
  });

  it('takes nothing for done that lay there before', async () => {
    store.put('s3://data/out/a.jsonl.out', '{"outputs":[]}\n{"outputs":[]}\n');
    expect((await plan(store)).objects).toBe(2);
  });

  it.each([
    ['rows.csv', 'x\n1\n', 'rows.csv is csv'],
    ['rows.parquet', 'PAR1', 'rows.parquet is parquet'],
    ['more.jsonl.gz', 'x', 'more.jsonl.gz is gzip'],
    ['rows.jsonl', '{"x":1}\n', 'the first line of rows.jsonl is none'],
    ['text.jsonl', 'hello\n', 'the first line of text.jsonl is none'],
  ])('refuses %s, and says what the input must be', async (name, content, problem) => {
    store.put(`s3://data/in/${name}`, content);
    const refused = plan(store);
    await expect(refused).rejects.toMatchObject({ name: 'BadRequest' });
    await expect(refused).rejects.toThrow('plain JSON Lines of inference requests');
    await expect(refused).rejects.toThrow(problem);
    expect(store.keys('s3://data/out/_siskin/plan.json')).toEqual([]);
  });

  it('refuses what only workers can do, all of it at once', async () => {
    const backtest = { challenger: '2', label: 'y' };
    await expect(plan(store, { format: 'csv', errorLimit: 5, backtest })).rejects.toThrow(
      /format: .*errorLimit: .*backtest: /,
    );
  });

  it('refuses input that has changed, and the output of a job on workers', async () => {
    await plan(store);
    store.put('s3://data/in/a.jsonl', requestLine(9));
    await expect(plan(store)).rejects.toMatchObject({ name: 'InputChanged' });
    await expect(plan(store, { version: '2' })).rejects.toMatchObject({ name: 'OutputTaken' });
  });

  it('says when there is no input', async () => {
    await expect(plan(store, { input: 's3://data/none/' })).rejects.toMatchObject({
      name: 'InputMissing',
    });
  });
});
