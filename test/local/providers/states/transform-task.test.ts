import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../local/host/aws-error.ts';
import type { ManualClock } from '../../../../local/host/manual-clock.ts';
import { createStatesProvider } from '../../../../local/providers/states/index.ts';
import { createTestHost, type TestHost } from '../../../fixtures/local-host.ts';

let cloud: TestHost<ManualClock>;
let status: string;
let calls: string[];

beforeAll(() => import('aws-local-stepfunctions'), 30_000);
beforeEach(async () => {
  status = 'InProgress';
  calls = [];
  const operations = {
    CreateTransformJob: ({ TransformJobName }: { TransformJobName: string }) => {
      calls.push(`create ${TransformJobName}`);
      return { TransformJobArn: `arn:${TransformJobName}` };
    },
    DescribeTransformJob: (input: object) => ({ ...input, TransformJobStatus: status }),
    StopTransformJob: ({ TransformJobName }: { TransformJobName: string }) => {
      calls.push(`stop ${TransformJobName}`);
      if (status !== 'InProgress') throw new AwsError('ValidationException', 'it has ended');
      return {};
    },
  };
  cloud = await createTestHost({
    providers: {
      states: createStatesProvider,
      sagemaker: () => ({ operations, resources: {} }),
    },
  });
});
afterEach(() => cloud.stop());

async function start(more: object = {}): Promise<string> {
  const call = (operation: string, input: Record<string, unknown>) =>
    cloud.host.call<Record<string, string>>('states', operation, input);
  const task = {
    Type: 'Task',
    Resource: 'arn:aws:states:::sagemaker:createTransformJob.sync',
    Parameters: { TransformJobName: 'nightly' },
    End: true,
    ...more,
  };
  const { stateMachineArn } = await call('CreateStateMachine', {
    name: 'machine',
    roleArn: 'arn:aws:iam::000000000000:role/machine',
    definition: JSON.stringify({ StartAt: 'Transform', States: { Transform: task } }),
  });
  const started = await call('StartExecution', { stateMachineArn, input: '{}' });
  await pass(0);
  return started.executionArn as string;
}

const describeExecution = (executionArn: string) =>
  cloud.host.call<Record<string, string>>('states', 'DescribeExecution', { executionArn });

const stop = (executionArn: string) =>
  cloud.host.call('states', 'StopExecution', { executionArn, cause: 'enough' });

async function pass(ms: number): Promise<void> {
  for (const step of [0, 0, 0, 0, 0, ms, 0, 0, 0, 0, 0]) await cloud.clock.advance(step);
}

describe('A task that is a transform job', () => {
  it('lasts as long as the job, and its output is what the job says at its end', async () => {
    const arn = await start();
    await pass(5000);
    expect((await describeExecution(arn)).status).toBe('RUNNING');
    status = 'Completed';
    await pass(1000);
    const { status: ended, output } = await describeExecution(arn);
    expect(ended).toBe('SUCCEEDED');
    expect(JSON.parse(output as string)).toEqual({
      TransformJobName: 'nightly',
      TransformJobStatus: 'Completed',
    });
    expect(calls).toEqual(['create nightly']);
  });

  it.each(['Failed', 'Stopped'])(
    'fails with a job that is %s, whose state is the cause',
    async (end) => {
      const arn = await start();
      status = end;
      await pass(1000);
      const { error, cause } = await describeExecution(arn);
      expect(error).toBe('States.TaskFailed');
      expect(JSON.parse(cause as string).TransformJobStatus).toBe(end);
    },
  );

  it('stops the job when the execution is stopped', async () => {
    const arn = await start();
    await stop(arn);
    await pass(0);
    expect(calls).toEqual(['create nightly', 'stop nightly']);
    expect((await describeExecution(arn)).status).toBe('ABORTED');
  });

  it('is stopped all the same when the job has ended meanwhile', async () => {
    const arn = await start();
    status = 'Completed';
    await stop(arn);
    await pass(0);
    expect((await describeExecution(arn)).status).toBe('ABORTED');
  });

  it('stops a job that takes too long', async () => {
    const arn = await start({ TimeoutSeconds: 60 });
    await pass(60_000);
    expect((await describeExecution(arn)).error).toBe('States.Timeout');
    expect(calls).toContain('stop nightly');
  });
});
