import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BatchCloud, type Job } from './batch-cloud.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

describe('Batch jobs that start by themselves', () => {
  let cloud: BatchCloud;

  beforeAll(async () => {
    cloud = await BatchCloud.open({
      'arrival/model.yaml': 'batch: {input: in/}',
      'arrival/1/model.onnx': 1,
      'nightly/model.yaml': 'batch: {input: in/, schedule: rate(1 day)}',
      'nightly/1/model.onnx': 2,
    });
  });
  afterAll(() => cloud?.close());

  it('take each object that arrives below the prefix, and none beside it', async () => {
    await cloud.put('batch/arrival/elsewhere/rows.csv', 'x\n9\n');
    await cloud.put('batch/arrival/in/rows.csv', 'x\n1\n2\n');
    const [job] = await cloud.ended('arrival', 1);
    expect(job).toMatchObject({ status: 'SUCCEEDED' });
    expect(job?.request.input).toMatch(/\/batch\/arrival\/in\/rows\.csv$/);
    expect(await predictionsOf(job)).toEqual({ 'rows.csv/part-00000-00000.csv': 'y\n2\n3\n' });
    expect(await cloud.jobs('arrival')).toHaveLength(1);
  });

  it('take on a schedule what is new since the last time, and nothing twice', async () => {
    await cloud.put('batch/nightly/in/monday.csv', 'x\n1\n');
    const [first] = await nextJobs(1);
    expect(await predictionsOf(first)).toEqual({ 'monday.csv/part-00000-00000.csv': 'y\n3\n' });
    await cloud.put('batch/nightly/in/tuesday.csv', 'x\n2\n');
    const [, second] = await nextJobs(2);
    expect(await predictionsOf(second)).toEqual({ 'tuesday.csv/part-00000-00000.csv': 'y\n4\n' });
    const [, , third] = await nextJobs(3);
    expect(third).toMatchObject({ status: 'SUCCEEDED' });
    expect(await predictionsOf(third)).toEqual({});
  });

  /** Lets days pass until so many jobs have started, and waits for their ends. */
  async function nextJobs(count: number): Promise<readonly Job[]> {
    await cloud.hurryUntil(async () => (await cloud.jobs('nightly')).length >= count);
    return await cloud.ended('nightly', count);
  }

  async function predictionsOf(job: Job | undefined): Promise<Record<string, string>> {
    const prefix = new URL(job?.request.output ?? '').pathname.slice(1);
    const keys = (await cloud.list(prefix)).map(({ Key }) => Key);
    const parts = keys.filter((key) => !key.includes('_siskin/'));
    const texts = parts.map(async (key) => [key.slice(prefix.length), await cloud.text(key)]);
    return Object.fromEntries(await Promise.all(texts));
  }
});
