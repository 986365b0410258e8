import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Interrupted } from '../../../serving/batch/batch-failure.ts';
import type { BatchAttempt, BatchManifest } from '../../../serving/contract/batch.ts';
import {
  lines,
  parquet,
  plan,
  poison,
  predictions,
  range,
  request,
  verify,
  wholeJob,
  work,
} from './batch-job.ts';
import { MemoryStore } from './memory-store.ts';

const parted = { ...request, partRows: 8 };

function twoObjects(store: MemoryStore): void {
  store.put('s3://data/in/a.jsonl', lines(range(0, 20)));
  store.put('s3://data/in/deep/b.jsonl', lines(range(20, 25)));
}

function answered(numbers: readonly number[]): string {
  return numbers.map((x) => `{"twice":[${2 * x}],"class":[${x % 3}]}\n`).join('');
}

describe('A batch job', () => {
  it('answers every row of every object, in its order', async () => {
    const { store, result } = await wholeJob(parted, twoObjects);
    expect(predictions(store, 'a.jsonl')).toBe(answered(range(0, 20)));
    expect(predictions(store, 'deep/b.jsonl')).toBe(answered(range(20, 25)));
    expect(result).toMatchObject({ rows: 25, errors: 0, parts: 4 });
  });

  it('names parts by object, shard and their place in it, and lists them in the manifest', async () => {
    const { store } = await wholeJob(parted, twoObjects);
    const manifest: BatchManifest = store.json('s3://data/out/_siskin/manifest.json');
    expect(manifest.parts.map(({ key, rows }) => [key, rows])).toEqual([
      ['a.jsonl/part-00000-00000.jsonl', 8],
      ['a.jsonl/part-00000-00001.jsonl', 8],
      ['a.jsonl/part-00000-00002.jsonl', 4],
      ['deep/b.jsonl/part-00000-00000.jsonl', 5],
    ]);
    expect(manifest.totals).toMatchObject({ records: 25, rows: 25, errors: 0, parts: 4 });
  });

  it('writes another format, with the key beside the answer', async () => {
    const { store } = await wholeJob({ ...request, format: 'csv', key: 'x' }, (input) =>
      input.put('s3://data/in/a.jsonl', lines([7, 8])),
    );
    expect(predictions(store, 'a.jsonl')).toBe('x,twice,class\n7,[14],[1]\n8,[16],[2]\n');
  });

  it('puts rows that fail into the error file with line, reason and row, and goes on', async () => {
    const { store, result } = await wholeJob({ ...parted, shardBytes: 40 }, (input) =>
      input.put('s3://data/in/a.jsonl', `${lines([1, 2, poison, 4])}no json\n${lines([6])}`),
    );
    expect(predictions(store, 'a.jsonl')).toBe(answered([1, 2, 4, 6]));
    expect(result).toMatchObject({ rows: 4, errors: 2 });
    const errors = store.text('s3://data/out/_siskin/errors.jsonl').trim().split('\n');
    expect(errors.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ object: 'a.jsonl', line: 3, reason: 'the model failed: poison' }),
      expect.objectContaining({ object: 'a.jsonl', line: 5, row: 'no json' }),
    ]);
  });

  it('has no parts for an object without a byte', async () => {
    const { store, result } = await wholeJob(request, (input) => {
      input.put('s3://data/in/a.jsonl', lines([1]));
      input.put('s3://data/in/empty.jsonl', '');
    });
    expect(store.keys('s3://data/out/empty')).toEqual([]);
    expect(result).toMatchObject({ rows: 1 });
  });

  it('is complete at once when all objects are empty', async () => {
    const { result } = await wholeJob(request, (input) => input.put('s3://data/in/e.csv', ''));
    expect(result).toMatchObject({ rows: 0, errors: 0, parts: 0 });
  });

  it('stops all its workers when more rows fail than it bears', async () => {
    const store = new MemoryStore();
    for (const name of ['a', 'b', 'c', 'd']) {
      store.put(`s3://data/in/${name}.jsonl`, lines([1, poison]));
    }
    await plan(store, { ...request, errorLimit: 2, shardBytes: 100 });
    await work(store, { index: 0, count: 4 });
    await work(store, { index: 1, count: 4 });
    const tooMany = { name: 'TooManyFailedRows', message: expect.stringContaining('3 rows') };
    await expect(work(store, { index: 2, count: 4 })).rejects.toMatchObject(tooMany);
    await expect(work(store, { index: 3, count: 4 })).rejects.toMatchObject(tooMany);
    await expect(verify(store)).rejects.toMatchObject(tooMany);
    expect(store.keys('s3://data/out/d.jsonl')).toEqual([]);
  });

  it('goes on with a higher limit where it was stopped', async () => {
    const store = new MemoryStore();
    store.put('s3://data/in/a.jsonl', lines([1, poison, 3]));
    await plan(store, { ...request, errorLimit: 0 });
    await expect(work(store)).rejects.toMatchObject({ name: 'TooManyFailedRows' });
    await plan(store, { ...request, errorLimit: 1 });
    await work(store);
    await expect(verify(store)).resolves.toMatchObject({ rows: 2, errors: 1 });
  });

  it('notices an object that is overwritten while it runs', async () => {
    const store = new MemoryStore();
    store.put('s3://data/in/a.jsonl', lines([1, 2]));
    await plan(store);
    store.put('s3://data/in/a.jsonl', lines([1, 3]));
    const changed = { name: 'InputChanged', message: expect.stringContaining('overwritten') };
    await expect(work(store)).rejects.toMatchObject(changed);
    await expect(verify(store)).rejects.toMatchObject(changed);
  });

  it('says which object cannot be read, and why', async () => {
    const store = new MemoryStore();
    store.put('s3://data/in/a.csv', 'y,z\n1,2\n');
    await plan(store);
    await expect(work(store)).rejects.toMatchObject({
      name: 'InputDamaged',
      message: expect.stringMatching(/s3:\/\/data\/in\/a\.csv: .*"x"/),
    });
  });
});

describe('An interrupted worker', () => {
  it('finishes the part that it is at, and says that it goes on elsewhere', async () => {
    const store = new MemoryStore();
    store.put('s3://data/in/a.jsonl', lines(range(0, 40)));
    await plan(store, parted);
    const interruption = { isNoticed: false, isOver: false };
    store.onOperation = (operation, { key }) => {
      if (operation === 'write' && key.endsWith('00001.jsonl')) interruption.isNoticed = true;
    };
    await expect(work(store, { interruption })).rejects.toThrow(Interrupted);
    const attempt: BatchAttempt = store.json('s3://data/out/_siskin/attempts/worker-0.json');
    expect(attempt).toMatchObject({ outcome: 'interrupted', rows: attempt.parts * 8 });
    expect(attempt.parts).toBeGreaterThanOrEqual(2);
    expect(attempt.parts).toBeLessThan(5);
    store.onOperation = () => undefined;
    await work(store, { name: 'again' });
    await expect(verify(store)).resolves.toMatchObject({ rows: 40, parts: 5 });
    expect(predictions(store, 'a.jsonl')).toBe(answered(range(0, 40)));
  });

  it('gives up the part when the time is over', async () => {
    const store = new MemoryStore();
    store.put('s3://data/in/a.jsonl', lines(range(0, 40)));
    await plan(store, parted);
    const interruption = { isNoticed: true, isOver: true };
    await expect(work(store, { interruption })).rejects.toThrow(Interrupted);
    expect(store.keys('s3://data/out/a.jsonl')).toEqual([]);
    await expect(verify(store)).rejects.toMatchObject({ name: 'Incomplete' });
  });
});

describe('A batch job that is killed again and again', () => {
  it('ends in the very bytes of the job that was not', async () => {
    const given = { ...parted, shardBytes: 300, errorLimit: 100 };
    const fill = (store: MemoryStore) => {
      twoObjects(store);
      store.put('s3://data/in/c.jsonl', `${lines([...range(0, 30), poison])}{}\n`);
      store.put('s3://data/in/d.csv', `x\n${range(0, 30).join('\n')}`);
      store.put('s3://data/in/e.jsonl.gz', gzipSync(lines(range(0, 30))));
      store.put('s3://data/in/f.csv.zst', zstdCompressSync(`x\n${range(0, 30).join('\r\n')}`));
      store.put('s3://data/in/g.parquet', parquet(range(0, 30)));
    };
    const calm = await wholeJob(given, fill);
    const random = fc.integer({ min: 1, max: 40 });
    const deaths = fc.array(random, { minLength: 5, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(deaths, fc.integer({ min: 1, max: 3 }), async (lives, count) => {
        const store = new MemoryStore();
        fill(store);
        await plan(store, given);
        for (const [attempt, operations] of lives.entries()) {
          const machine = mortal(store, operations);
          const setup = { index: attempt % count, count, name: `attempt-${attempt}` };
          await work(machine, setup).catch((error: unknown) => {
            if (!(error instanceof Killed)) throw error;
          });
        }
        for (let index = 0; index < count; index += 1) {
          await work(store, { index, count, name: `last-${index}` });
        }
        await verify(store);
        expect(results(store)).toEqual(results(calm.store));
      }),
      { numRuns: 20 },
    );
  });
});

describe('Shards', () => {
  it('make no difference to the rows, however they are cut and shared out', async () => {
    const numbers = fc.array(fc.oneof(fc.nat(1e6), fc.constant(poison)), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(numbers, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 1, max: 20 }),
        async (objects, shardBytes, partRows) => {
          const given = { ...request, shardBytes, partRows, errorLimit: 1000 };
          const { store, result } = await wholeJob(given, (input) => {
            for (const [index, object] of objects.entries()) {
              input.put(`s3://data/in/${index}.jsonl`, lines(object));
            }
          });
          for (const [index, object] of objects.entries()) {
            const good = object.filter((number) => number !== poison);
            expect(predictions(store, `${index}.jsonl`)).toBe(answered(good));
          }
          const failed = objects.flat().filter((number) => number === poison).length;
          expect(result.errors).toBe(failed);
          expect(result.rows).toBe(objects.flat().length - failed);
          expect(errorLines(store)).toEqual(objects.flatMap(poisonLines));
        },
      ),
      { numRuns: 30 },
    );
  });
});

class Killed extends Error {}

/** A machine on the same store that dies at its n-th request: before it, or in time for its effect. */
function mortal(store: MemoryStore, operations: number): MemoryStore {
  const machine = new MemoryStore(store.objects);
  const isWritten = operations % 2 === 0;
  let left = operations;
  machine.onOperation = (operation) => {
    left -= 1;
    const isLast = left === 0 && operation === 'write';
    if (left <= 0 && !(isLast && isWritten)) throw new Killed();
  };
  machine.onWritten = () => {
    if (left <= 0) throw new Killed();
  };
  return machine;
}

/** All that a job leaves behind, but for the records of attempts and what is counted from them. */
function results(store: MemoryStore): readonly (readonly [string, string])[] {
  return store
    .keys('s3://data/out/')
    .filter((key) => !/_siskin\/(attempts\/|report)/.test(key))
    .map((key) => [key, store.text(key)] as const);
}

function errorLines(store: MemoryStore): string[] {
  const file = 's3://data/out/_siskin/errors.jsonl';
  if (!store.objects.has(file)) return [];
  return store
    .text(file)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map((error) => `${error.object}:${error.line}`);
}

function poisonLines(numbers: readonly number[], index: number): string[] {
  return numbers.flatMap((number, at) => (number === poison ? [`${index}.jsonl:${at + 1}`] : []));
}
