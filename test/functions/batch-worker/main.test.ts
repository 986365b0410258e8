import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorkerCloud } from './worker-cloud.ts';

type WorkerCloud = Awaited<ReturnType<typeof startWorkerCloud>>;

const request = { input: 's3://data/in/', output: 's3://data/out/', partRows: 256 };
/** So many that a signal arrives before the last part is written. */
const rows = 20_000;

/** Row 1234 asks for what the model does not have. */
const input = Array.from({ length: rows }, (_, row) => (row === 1234 ? 99 : row % 3));
const expected = input.filter((index) => index < 3).map((index) => `{"y":${10 * (index + 1)}}\n`);

describe('The worker, as the job definition starts it', () => {
  let cloud: WorkerCloud;

  beforeAll(async () => {
    cloud = await startWorkerCloud();
    const lines = input.map((index) => `{"index":${index}}\n`).join('');
    await cloud.put('in/rows.jsonl', lines);
    await cloud.plan(request);
  });

  afterAll(() => cloud.stop());

  it('goes on where others were killed, up to the last row', async () => {
    for (const parts of [1, 4]) {
      const worker = cloud.start({ AWS_BATCH_JOB_ID: `killed-${parts}` });
      // Progress lines count the parts of this attempt.
      worker.process.stdout?.on('data', (text) => {
        if (String(text).includes(`"parts":${parts}`)) worker.process.kill('SIGKILL');
      });
      expect(await worker.exited).toMatchObject({ signal: 'SIGKILL' });
    }
    const told = cloud.start({ AWS_BATCH_JOB_ID: 'told' });
    told.process.stdout?.once('data', () => told.process.kill('SIGTERM'));
    expect(await told.exited).toMatchObject({ code: 143 });

    const last = await cloud.start({ AWS_BATCH_JOB_ID: 'last' }).exited;
    expect(last).toMatchObject({ code: 0 });
    await expect(cloud.verify()).resolves.toMatchObject({ rows: rows - 1, errors: 1, parts: 79 });
    const manifest = JSON.parse(await cloud.text('out/_siskin/manifest.json'));
    const texts: string[] = [];
    for (const { key } of manifest.parts) texts.push(await cloud.text(`out/${key}`));
    expect(texts.join('')).toBe(expected.join(''));
    expect(JSON.parse(await cloud.text('out/_siskin/errors.jsonl'))).toMatchObject({
      object: 'rows.jsonl',
      line: 1235,
      row: '{"index":99}',
      reason: expect.stringContaining('the model failed'),
    });
    const report = JSON.parse(await cloud.text('out/_siskin/report.json'));
    expect(report.interruptions).toEqual({ noticed: 1, killed: 2 });
  });

  it('ends at once, without an attempt, where nothing is left to do', async () => {
    const worker = await cloud.start({ AWS_BATCH_JOB_ID: 'idle' }).exited;
    expect(worker).toMatchObject({ code: 0, output: expect.stringContaining('nothing to do') });
  });

  it('says that it failed when its plan is not there', async () => {
    const changes = { SISKIN_BATCH_PLAN: 's3://data/elsewhere/_siskin/plan.json' };
    expect(await cloud.start(changes).exited).toMatchObject({
      code: 2,
      output: expect.stringContaining('s3://data/elsewhere/_siskin/plan.json is gone'),
    });
  });
});
