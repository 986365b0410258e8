import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../../serving/batch/receipt.ts';
import type { BatchReport } from '../../../serving/contract/batch.ts';
import { lines, plan, poison, range, request, verify, wholeJob, work } from './batch-job.ts';
import { MemoryStore } from './memory-store.ts';

const given = { ...request, partRows: 5, shardBytes: 200 };
const part = 's3://data/out/a.jsonl/part-00001-00001.jsonl';
const receipt = 's3://data/out/_siskin/receipts/00001.json';

/** A job whose workers are done, not yet verified. */
async function worked(): Promise<MemoryStore> {
  const store = new MemoryStore();
  store.put('s3://data/in/a.jsonl', lines([...range(0, 30), poison, 31]));
  await plan(store, given);
  await work(store);
  return store;
}

/** The same, with something done to its second shard's receipt. */
async function withReceipt(change: (pieces: Receipt['pieces'][number]) => unknown) {
  const store = await worked();
  const before: Receipt = store.json(receipt);
  store.put(receipt, JSON.stringify({ ...before, pieces: before.pieces.map(change) }));
  return store;
}

const differs = (text: string | RegExp) => ({
  name: 'TotalsDiffer',
  message: expect.stringMatching(text),
});

describe('The verifier', () => {
  it('passes what is whole', async () => {
    await expect(verify(await worked())).resolves.toMatchObject({ rows: 31, errors: 1 });
  });

  it('finds parts that were deleted, changed or added since', async () => {
    const deleted = await worked();
    deleted.objects.delete(part);
    await expect(verify(deleted)).rejects.toMatchObject(differs('shard 1 .* were written'));
    const changed = await worked();
    changed.put(part, 'something');
    await expect(verify(changed)).rejects.toMatchObject(differs('some of them were changed'));
    const added = await worked();
    added.put('s3://data/out/a.jsonl/part-00001-00009.jsonl', 'x');
    await expect(verify(added)).rejects.toMatchObject(differs('shard 1 .* are there'));
    const strange = await worked();
    strange.put('s3://data/out/z.jsonl/part-00077-00000.jsonl', 'x');
    await expect(verify(strange)).rejects.toMatchObject(differs("none of the job's parts"));
  });

  it('finds rows that are in no part, and rows that are in two', async () => {
    const [gap, doubled] = [3, -3].map((shift) =>
      withReceipt((parts) =>
        parts.map((each, index) => {
          const offset = each.start.offset + (index === 1 ? shift : 0);
          return { ...each, start: { ...each.start, offset } };
        }),
      ),
    );
    await expect(gap?.then(verify)).rejects.toMatchObject(differs('the part before ends at'));
    await expect(doubled?.then(verify)).rejects.toMatchObject(differs('the part before ends at'));
  });

  it('finds a shard that another one does not join', async () => {
    const moved = withReceipt((parts) =>
      parts.map((each) => ({ ...each, start: { ...each.start, offset: each.start.offset + 1 } })),
    );
    await expect(moved.then((store) => verify(store))).rejects.toMatchObject(
      differs('the part before ends at'),
    );
  });

  it('finds a slice that was not read to its end', async () => {
    const short = withReceipt((parts) => parts.map((each) => ({ ...each, isLast: false })));
    await expect(short.then((store) => verify(store))).rejects.toMatchObject(
      differs('has no last part'),
    );
  });

  it('says that shards are left to do', async () => {
    const store = await worked();
    store.objects.delete(receipt);
    await expect(verify(store)).rejects.toMatchObject({ name: 'Incomplete' });
    await work(store, { name: 'again' });
    await expect(verify(store)).resolves.toMatchObject({ rows: 31 });
  });

  it('finds an error file that was changed', async () => {
    const store = await worked();
    const [file = expect.fail()] = store.keys('s3://data/out/_siskin/errors/');
    store.put(file, '');
    await expect(verify(store)).rejects.toMatchObject(differs('holds 0 rows, and 1 had failed'));
  });

  it('writes the checksum of every part', async () => {
    const { store } = await wholeJob(request, (input) => input.put('s3://data/in/a.csv', 'x\n1\n'));
    const manifest = store.json('s3://data/out/_siskin/manifest.json') as {
      parts: readonly { sha256: string; bytes: number }[];
    };
    const { createHash } = await import('node:crypto');
    const text = store.text('s3://data/out/a.csv/part-00000-00000.csv');
    expect(manifest.parts).toEqual([
      expect.objectContaining({
        sha256: createHash('sha256').update(text).digest('hex'),
        bytes: text.length,
      }),
    ]);
  });
});

describe('The report', () => {
  it('counts hours by capacity, interruptions, and what a million rows cost', async () => {
    const store = new MemoryStore();
    store.put('s3://data/in/a.jsonl', lines(range(0, 30)));
    await plan(store, { ...given, shardBytes: 1e6 });
    const machine = new MemoryStore(store.objects);
    machine.onOperation = (operation, { key }) => {
      if (operation === 'write' && key.endsWith('00003.jsonl')) throw new Error('killed');
      if (
        operation === 'write' &&
        key.includes('attempts') &&
        machine.keys('s3://data/out/a').length
      )
        throw new Error('killed');
    };
    await expect(work(machine, { name: 'one' })).rejects.toThrow('killed');
    const interruption = { isNoticed: true, isOver: false };
    await expect(work(store, { name: 'two', interruption })).rejects.toThrow('told to stop');
    // Its first two attempts were killed before they had written anything.
    await work(store, { name: 'three', attempt: 3, capacity: 'on-demand' });
    await verify(store);
    const report: BatchReport = store.json('s3://data/out/_siskin/report.json');
    expect(report).toMatchObject({
      totals: { rows: 30 },
      attempts: 5,
      workers: 1,
      interruptions: { noticed: 1, killed: 3 },
      cost: { currency: 'USD', priceDate: '2026-11-22' },
    });
    expect(report.hours.spot).toBeGreaterThan(0);
    expect(report.hours['on-demand']).toBeGreaterThan(0);
    const { amount = 0, perMillionRows = 0 } = report.cost ?? {};
    const hours = report.hours.spot + report.hours['on-demand'];
    expect(amount).toBeCloseTo(hours * 2 * 0.02, 8);
    expect(perMillionRows).toBeCloseTo((amount / 30) * 1e6, 1);
    expect(report.rowsPerSecond).toBeCloseTo(30 / report.seconds, 3);
  });
});
