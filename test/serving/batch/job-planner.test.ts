import { describe, expect, it } from 'vitest';
import type {
  ListedObject,
  ObjectStore,
  WriteOptions,
} from '../../../serving/batch/object-store.ts';
import { placeOf } from '../../../serving/batch/place.ts';
import { openPlan, type Plan, readShards } from '../../../serving/batch/plan.ts';
import { lines, plan, range, request, verify, wholeJob, work } from './batch-job.ts';
import { MemoryStore } from './memory-store.ts';

const planPlace = 's3://data/out/_siskin/plan.json';

function filled(objects: Readonly<Record<string, string>>): MemoryStore {
  const store = new MemoryStore();
  for (const [name, content] of Object.entries(objects)) store.put(`s3://data/in/${name}`, content);
  return store;
}

async function shardsOf(store: MemoryStore) {
  const shards: (readonly string[])[] = [];
  for await (const { pieces } of readShards(store, await openPlan(store, placeOf(planPlace)))) {
    shards.push(
      pieces.map(({ object, slice: { start, end } }) =>
        end > 1e9 ? object.name : `${object.name} ${start}-${end}`,
      ),
    );
  }
  return shards;
}

describe('The planner', () => {
  it('cuts large objects, and gathers small ones with regard to what a request costs', async () => {
    const store = filled({
      'a.jsonl': lines([1]),
      'b.jsonl': lines([2]),
      'c.jsonl': 'x'.repeat(250_000),
    });
    const result = await plan(store, { ...request, shardBytes: 100_000 });
    expect(await shardsOf(store)).toEqual([
      ['a.jsonl', 'b.jsonl'],
      ['c.jsonl 0-100000'],
      ['c.jsonl 100000-200000'],
      ['c.jsonl 200000-250000'],
    ]);
    expect(result).toEqual({ plan: planPlace, shards: 4, workers: 4 });
  });

  it('asks for two workers at least, as an array job has no fewer, and for none without work', async () => {
    expect(await plan(filled({ 'a.jsonl': lines([1]) }))).toMatchObject({ workers: 2 });
    expect(await plan(filled({ 'a.jsonl': '' }))).toMatchObject({ shards: 0, workers: 0 });
  });

  it('takes one object that is named, and not its neighbours', async () => {
    const store = filled({ 'a.jsonl': lines([1]), 'a.jsonl.jsonl': lines([2]) });
    await plan(store, { ...request, input: 's3://data/in/a.jsonl' });
    expect(await shardsOf(store)).toEqual([['a.jsonl']]);
  });

  it("leaves out folders and other tools' marks", async () => {
    const store = filled({ 'a.jsonl': lines([1]), _SUCCESS: '', 'x/.crc': 'x', 'y/': '' });
    await plan(store);
    expect(store.json(planPlace)).toMatchObject({ input: { objects: 1, skipped: 2 } });
  });

  it('names every object whose form it does not know', async () => {
    const store = filled({ 'a.jsonl': lines([1]), 'b.txt': 'x', 'c.xml': 'x' });
    await expect(plan(store)).rejects.toMatchObject({
      name: 'BadRequest',
      message: expect.stringMatching(/"b\.txt".*"c\.xml"/),
    });
  });

  it('says that there is no input', async () => {
    const missing = { name: 'InputMissing', message: expect.stringContaining('s3://data/in/') };
    await expect(plan(new MemoryStore())).rejects.toMatchObject(missing);
  });

  it('finds the job again when the same request comes once more', async () => {
    const store = filled({ 'a.jsonl': lines(range(0, 9)) });
    const first = await plan(store);
    const { job } = store.json(planPlace) as Plan;
    expect(await plan(store)).toEqual(first);
    expect(store.json(planPlace)).toMatchObject({ job, run: 2 });
    await work(store);
    expect(await plan(store)).toMatchObject({ workers: 0 });
    const result = await verify(store);
    await plan(store);
    expect(await verify(store)).toEqual(result);
  });

  it('refuses an output that holds another job, and writes nothing there', async () => {
    const { store } = await wholeJob(request, (input) =>
      input.put('s3://data/in/a.jsonl', lines([1])),
    );
    const before = [...store.objects];
    for (const other of [{ partRows: 5 }, { version: '2' }, { format: 'csv' }, { shardBytes: 9 }]) {
      await expect(plan(store, { ...request, ...other })).rejects.toMatchObject({
        name: 'OutputTaken',
        message: expect.stringContaining('holds the results of another job'),
      });
    }
    store.objects.delete(planPlace);
    await expect(plan(store)).rejects.toMatchObject({ name: 'OutputTaken' });
    expect([...store.objects]).toEqual(before.filter(([key]) => key !== planPlace));
  });

  it('refuses to go on with an input that has changed', async () => {
    const store = filled({ 'a.jsonl': lines([1]) });
    await plan(store);
    store.put('s3://data/in/b.jsonl', lines([2]));
    await expect(plan(store)).rejects.toMatchObject({
      name: 'InputChanged',
      message: expect.stringContaining('has 2 objects'),
    });
  });

  it('lets one of two planners win that begin at the same moment', async () => {
    const store = filled({ 'a.jsonl': lines([1]) });
    const both = await Promise.allSettled([plan(store), plan(store, { ...request, partRows: 7 })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await work(store);
    await expect(verify(store)).resolves.toMatchObject({ rows: 1 });
  });

  it('lists a million objects once, and holds a page of the plan at most', async () => {
    const store = new Million();
    const { shards } = await plan(store as unknown as MemoryStore, {
      input: 's3://data/in/',
      output: 's3://data/out/',
    });
    expect(store.listed).toBe(1_000_000);
    expect(store.listings).toBe(1);
    expect(shards).toBe(999);
    expect(store.largest).toBeLessThan(1.2 * 1024 * 1024);
    // Keys and ETags cannot be left out; all else together takes less than they do.
    expect(store.written / 1_000_000).toBeLessThan(80);
  });
});

describe('Jobs with onlyNew', () => {
  const runs = (name: string) => ({ ...request, output: `s3://data/${name}/`, onlyNew: true });

  async function ended(store: MemoryStore, name: string) {
    const { workers } = await plan(store, runs(name));
    for (let index = 0; index < workers; index += 1) {
      await work(store, { index, count: workers, output: `s3://data/${name}/` });
    }
    await verify(store, `s3://data/${name}/`);
    return store
      .keys(`s3://data/${name}/`)
      .flatMap((key) => /\/(\w+\.jsonl)\/part/.exec(key)?.[1] ?? []);
  }

  it('read what was written since the last that ended well, and nothing twice', async () => {
    const store = filled({ 'a.jsonl': lines([1]), 'b.jsonl': lines([2]) });
    expect(await ended(store, 'one')).toEqual(['a.jsonl', 'b.jsonl']);
    expect(await ended(store, 'two')).toEqual([]);
    // In the same second as the others, and dated before them, as an upload in parts is.
    store.put('s3://data/in/c.jsonl', lines([3]));
    store.time = new Date('2026-11-22T05:30:00.000Z');
    store.put('s3://data/in/0.jsonl', lines([4]));
    expect(await ended(store, 'three')).toEqual(['0.jsonl', 'c.jsonl']);
    store.time = new Date('2026-11-22T09:00:00.000Z');
    store.put('s3://data/in/a.jsonl', lines([5]));
    expect(await ended(store, 'four')).toEqual(['a.jsonl']);
    expect(await ended(store, 'five')).toEqual([]);
  });

  it('read it again when a job did not end well', async () => {
    const store = filled({ 'a.jsonl': lines([1]) });
    await plan(store, runs('one'));
    expect(await ended(store, 'two')).toEqual(['a.jsonl']);
  });

  it('tell when two of them have read the same objects', async () => {
    const store = filled({ 'a.jsonl': lines([1]) });
    await plan(store, runs('one'));
    store.put('s3://data/in/b.jsonl', lines([2]));
    await ended(store, 'two');
    await expect(ended(store, 'one')).rejects.toMatchObject({
      name: 'TotalsDiffer',
      message: expect.stringContaining('another job with onlyNew'),
    });
  });
});

/** A bucket of a million small objects that exist only while they are listed. */
class Million implements ObjectStore {
  listed = 0;
  listings = 0;
  written = 0;
  largest = 0;

  async *list({ key }: { key: string }): AsyncGenerator<readonly ListedObject[]> {
    if (key !== 'in/') return;
    this.listings += 1;
    const modified = new Date('2026-11-22T06:00:00.000Z');
    for (let page = 0; page < 1000; page += 1) {
      this.listed += 1000;
      yield Array.from({ length: 1000 }, (_, index) => {
        const number = String(page * 1000 + index).padStart(7, '0');
        return { key: `in/${number}.jsonl`, size: 1500, etag: number.padEnd(32, 'f'), modified };
      });
    }
  }

  async head() {
    return undefined;
  }

  async read() {
    return undefined;
  }

  async write(_place: unknown, bytes: Uint8Array, _options?: WriteOptions) {
    this.written += bytes.byteLength;
    this.largest = Math.max(this.largest, bytes.byteLength);
    return 'etag';
  }
}
