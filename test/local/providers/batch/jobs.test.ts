import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BatchCloud, batchCloud } from './batch-cloud.ts';

let cloud: BatchCloud;

beforeEach(async () => {
  cloud = await batchCloud();
});
afterEach(() => cloud.stop());

const retried = {
  retryStrategy: {
    attempts: 2,
    evaluateOnExit: [
      { onStatusReason: 'Host EC2*', action: 'RETRY' },
      { onExitCode: '*', action: 'EXIT' },
    ],
  },
};

describe('A job', () => {
  it('runs the command of its definition, with its environment and what the caller overrides', async () => {
    await cloud.prepare(
      'echo "$A $B $AWS_BATCH_JOB_ATTEMPT $AWS_BATCH_JQ_NAME$SECRET_OF_HOST" Ref::word',
      {
        definition: { parameters: { word: 'plain' } },
        container: {
          environment: [
            { name: 'A', value: 'a' },
            { name: 'B', value: 'b' },
          ],
        },
      },
    );
    process.env.SECRET_OF_HOST = 'secret';
    const id = await cloud.submit({
      parameters: { word: 'chosen' },
      containerOverrides: { environment: [{ name: 'B', value: 'other' }] },
    });
    delete process.env.SECRET_OF_HOST;
    const job = await cloud.until(id, 'SUCCEEDED');
    expect(job).toMatchObject({
      jobName: 'job',
      statusReason: 'Essential container in task exited',
      attempts: [{ container: { exitCode: 0 } }],
      container: { exitCode: 0 },
    });
    expect(await cloud.output(id)).toEqual(['a other 1 queue chosen']);
  });

  it('tells of every state that it comes into', async () => {
    await cloud.prepare('true');
    const id = await cloud.submit();
    await cloud.until(id, 'SUCCEEDED');
    expect(cloud.told.map(({ status }) => status)).toEqual([
      'SUBMITTED',
      'PENDING',
      'RUNNABLE',
      'STARTING',
      'RUNNING',
      'SUCCEEDED',
    ]);
  });

  it('fails with the exit code of its command, and is not tried again for that', async () => {
    await cloud.prepare('exit 2', { definition: retried });
    const job = await cloud.until(await cloud.submit(), 'FAILED');
    expect(job.attempts).toMatchObject([{ container: { exitCode: 2 } }]);
  });

  it('whose image nothing stands in for fails as one that cannot be pulled', async () => {
    await cloud.prepare('true', { container: { image: 'private/thing:1' } });
    const { container } = await cloud.until(await cloud.submit(), 'FAILED');
    expect(container.reason).toContain('CannotPullContainerError');
    expect(container.reason).toContain('private/thing:1');
  });

  it('is refused with everything that is wrong with it', async () => {
    await cloud.prepare('true');
    const input = { arrayProperties: { size: 1 }, dependsOn: [{ jobId: 'other' }] };
    await expect(cloud.submit(input)).rejects.toMatchObject({
      code: 'ClientException',
      message: expect.stringMatching(/arrayProperties.size: expected 2 to 10000.*dependsOn/),
    });
    await expect(cloud.submit({ jobQueue: 'none' })).rejects.toThrow('JobQueue none not found');
  });

  it('that is terminated gets SIGTERM, and the reason that was given', async () => {
    await cloud.prepare('trap "exit 7" TERM; echo ready; while :; do sleep 0.01; done');
    const id = await cloud.submit();
    await started(id);
    await cloud.call('TerminateJob', { jobId: id, reason: 'enough' });
    const job = await cloud.until(id, 'FAILED');
    expect(job).toMatchObject({
      statusReason: 'enough',
      isTerminated: true,
      attempts: [{ container: { exitCode: 7 } }],
    });
  });

  it('takes all that it has started with it when it ends', async () => {
    // The output of the one left behind is open as long as it lives, and with it the job.
    await cloud.prepare('sleep 600 & echo over');
    const id = await cloud.submit();
    await cloud.until(id, 'SUCCEEDED');
    expect(await cloud.output(id)).toEqual(['over']);
  });
});

describe('An interruption', () => {
  const loop = 'trap "exit 143" TERM; echo ready; while :; do sleep 0.01; done';

  it('with notice lets the job end by itself, and another attempt follows', async () => {
    await cloud.prepare(`[ $AWS_BATCH_JOB_ATTEMPT = 2 ] && exit 0; ${loop}`, {
      definition: retried,
    });
    const id = await cloud.submit();
    await started(id);
    await cloud.call('InterruptJob', { jobId: id, notice: true });
    const job = await cloud.until(id, 'SUCCEEDED');
    expect(job.attempts).toMatchObject([
      {
        container: { exitCode: 143 },
        statusReason: expect.stringMatching(/^Host EC2 \(instance i-[0-9a-f]{17}\) terminated\.$/),
      },
      { container: { exitCode: 0 } },
    ]);
  });

  it('with notice kills after two minutes of the cloud what does not heed it', async () => {
    await cloud.prepare('trap "" TERM; echo ready; while :; do sleep 0.01; done');
    const id = await cloud.submit();
    await started(id);
    await cloud.call('InterruptJob', { jobId: id, notice: true });
    await cloud.clock.advance(119_000);
    expect((await cloud.job(id)).status).toBe('RUNNING');
    await cloud.clock.advance(1000);
    const { attempts } = await cloud.until(id, 'FAILED');
    expect(attempts[0].container).not.toHaveProperty('exitCode');
  });

  it('without notice ends the job at once, and nobody knows its exit code', async () => {
    await cloud.prepare(loop, { definition: { retryStrategy: { attempts: 1 } } });
    const id = await cloud.submit();
    await started(id);
    await cloud.call('InterruptJob', { jobId: id, notice: false });
    const job = await cloud.until(id, 'FAILED');
    expect(job.statusReason).toMatch(/^Host EC2 /);
    expect(job.container).not.toHaveProperty('exitCode');
  });

  it('happens to Spot capacity only, and to what runs', async () => {
    await cloud.prepare(loop, { type: 'EC2' });
    const id = await cloud.submit();
    await started(id);
    const interrupt = (jobId: string) => cloud.call('InterruptJob', { jobId, notice: false });
    await expect(interrupt(id)).rejects.toThrow('on-demand');
    await expect(interrupt('none')).rejects.toThrow('does not run');
  });
});

describe('An array job', () => {
  it('runs each of its children once, with its index, as many at once as there are processors', async () => {
    await cloud.prepare('echo $AWS_BATCH_JOB_ARRAY_INDEX of $AWS_BATCH_JOB_ARRAY_SIZE');
    const id = await cloud.submit({ arrayProperties: { size: 5 } });
    const { jobSummaryList: running } = await cloud.call('ListJobs', { arrayJobId: id });
    expect(running.map(({ arrayProperties }: never) => arrayProperties)).toEqual([
      { index: 0 },
      { index: 1 },
    ]);
    expect((await cloud.job(id)).status).toBe('PENDING');
    const job = await cloud.until(id, 'SUCCEEDED');
    expect(job.arrayProperties).toMatchObject({ size: 5, statusSummary: { SUCCEEDED: 5 } });
    expect(await cloud.output(`${id}:3`)).toEqual(['3 of 5']);
  });

  it('fails when a child fails, after the others have ended', async () => {
    await cloud.prepare('exit $AWS_BATCH_JOB_ARRAY_INDEX');
    const id = await cloud.submit({ arrayProperties: { size: 3 } });
    const job = await cloud.until(id, 'FAILED');
    expect(job).toMatchObject({
      statusReason: 'Array Child Job failed',
      arrayProperties: { statusSummary: { SUCCEEDED: 1, FAILED: 2 } },
    });
    const { jobSummaryList } = await cloud.call('ListJobs', {
      arrayJobId: id,
      jobStatus: 'FAILED',
    });
    expect(jobSummaryList.map((one: { container: object }) => one.container)).toEqual([
      { exitCode: 1 },
      { exitCode: 2 },
    ]);
  });

  it('that is terminated ends its children, those that wait as well', async () => {
    await cloud.prepare('while :; do sleep 0.01; done');
    const id = await cloud.submit({ arrayProperties: { size: 4 } });
    await cloud.call('TerminateJob', { jobId: id, reason: 'stop all' });
    const job = await cloud.until(id, 'FAILED');
    expect(job).toMatchObject({
      statusReason: 'stop all',
      arrayProperties: { statusSummary: { FAILED: 4 } },
    });
    expect((await cloud.job(`${id}:3`)).statusReason).toBe('stop all');
  });
});

describe('A stop of the cloud', () => {
  it('ends its processes, and the next start takes their jobs up as if their machine was lost', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'batch-'));
    const first = await batchCloud(folder);
    await first.prepare(`echo $$; [ $AWS_BATCH_JOB_ATTEMPT = 2 ] && exit 0; sleep 60`, {
      definition: retried,
    });
    const id = await first.submit();
    await first.until(id, 'RUNNING');
    await first.stop();
    const second = await batchCloud(folder);
    const job = await second.until(id, 'SUCCEEDED');
    expect(job.attempts).toMatchObject([
      { statusReason: expect.stringMatching(/^Host EC2 /) },
      { container: { exitCode: 0 } },
    ]);
    await second.stop();
    rmSync(folder, { recursive: true });
  });
});

/** Once the job's script has set its traps. */
async function started(id: string): Promise<void> {
  await cloud.until(id, 'RUNNING');
  await expect.poll(() => cloud.output(id).catch(() => [])).toEqual(['ready']);
}
