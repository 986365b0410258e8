import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../local/host/aws-error.ts';
import type { ManualClock } from '../../../../local/host/manual-clock.ts';
import { createStatesProvider } from '../../../../local/providers/states/index.ts';
import { createTestHost, type TestHost } from '../../../fixtures/local-host.ts';

type Input = Record<string, unknown>;

let cloud: TestHost<ManualClock>;
/** What functions answer, by name. */
let functions: Record<string, (event: unknown) => unknown>;
/** Status of each Batch job, by its name. */
let jobs: Map<string, { status: string; input: Input }>;
let calls: string[];

async function createCloud(folder?: string): Promise<TestHost<ManualClock>> {
  const lambda = {
    Invoke: ({ FunctionName, Payload }: { FunctionName: string; Payload: Buffer }) => {
      calls.push(FunctionName);
      const answer = functions[FunctionName];
      if (!answer) throw new AwsError('ResourceNotFoundException', 'no such function', 404);
      try {
        const Answer = Buffer.from(JSON.stringify(answer(JSON.parse(Payload.toString()))));
        return { StatusCode: 200, Payload: Answer, ExecutedVersion: '1' };
      } catch (error) {
        const { name, message } = error as Error;
        const report = JSON.stringify({ errorType: name, errorMessage: message });
        return { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(report) };
      }
    },
  };
  const batch = {
    SubmitJob: (input: Input & { jobName: string }) => {
      calls.push(`SubmitJob ${input.jobName}`);
      jobs.set(input.jobName, { status: 'RUNNING', input });
      return { jobId: input.jobName, jobName: input.jobName };
    },
    DescribeJobs: ({ jobs: [jobId = ''] }: { jobs: string[] }) => ({
      jobs: [{ jobId, status: jobs.get(jobId)?.status, container: { exitCode: 0 } }],
    }),
    TerminateJob: ({ jobId }: { jobId: string }) => {
      calls.push(`TerminateJob ${jobId}`);
      return {};
    },
  };
  return createTestHost({
    providers: {
      states: createStatesProvider,
      lambda: () => ({ operations: lambda, resources: {} }),
      batch: () => ({ operations: batch, resources: {} }),
    },
    ...(folder && { folder }),
  });
}

beforeAll(() => import('aws-local-stepfunctions'), 30_000);
beforeEach(async () => {
  functions = {};
  jobs = new Map();
  calls = [];
  cloud = await createCloud();
});
afterEach(() => cloud.stop());

// biome-ignore lint/suspicious/noExplicitAny: each test knows what the operation answers.
function call<T = any>(operation: string, input: Input): Promise<T> {
  return cloud.host.call<T>('states', operation, input);
}

async function start(states: Record<string, object>, input: unknown = {}, more: object = {}) {
  const [StartAt] = Object.keys(states);
  const { stateMachineArn } = await call('CreateStateMachine', {
    name: 'machine',
    roleArn: 'arn:aws:iam::000000000000:role/machine',
    definition: JSON.stringify({ StartAt, States: states, ...more }),
  });
  const started = { stateMachineArn, name: 'one', input: JSON.stringify(input) };
  return (await call('StartExecution', started)).executionArn as string;
}

/** Lets time pass; what begins before and after it takes some turns of the event loop. */
async function pass(ms: number): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await cloud.clock.advance(0);
  await cloud.clock.advance(ms);
  for (let turn = 0; turn < 5; turn += 1) await cloud.clock.advance(0);
}

async function ended(executionArn: string) {
  for (let turn = 0; turn < 100; turn += 1) {
    const execution = await call('DescribeExecution', { executionArn });
    if (execution.status !== 'RUNNING') return execution;
    await pass(0);
  }
  throw new Error('The execution does not end');
}

const invoke = (FunctionName: string, more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName, 'Payload.$': '$' },
  OutputPath: '$.Payload',
  End: true,
  ...more,
});
const submit = (JobName: string, more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::batch:submitJob.sync',
  Parameters: {
    JobName,
    JobQueue: 'queue',
    JobDefinition: 'definition',
    ArrayProperties: { 'Size.$': '$.size' },
    Parameters: { Keep: 'case' },
  },
  End: true,
  ...more,
});

describe('An execution', () => {
  it('hands data from state to state and ends with the last output', async () => {
    functions = { double: (event) => ({ value: (event as { value: number }).value * 2 }) };
    const arn = await start(
      {
        Prepare: { Type: 'Pass', Parameters: { 'value.$': '$.start' }, Next: 'Double' },
        Double: invoke('double'),
      },
      { start: 21 },
    );
    expect(await ended(arn)).toMatchObject({ status: 'SUCCEEDED', output: '{"value":42}' });
  });

  it('knows its name, its input and the start of the cloud’s time', async () => {
    const arn = await start(
      {
        Say: {
          Type: 'Pass',
          Parameters: {
            'text.$': "States.Format('{} {}', $$.Execution.Name, $$.Execution.StartTime)",
            'machine.$': '$$.StateMachine.Name',
            'input.$': '$$.Execution.Input.a',
          },
          End: true,
        },
      },
      { a: 1 },
    );
    const { output } = await ended(arn);
    expect(JSON.parse(output)).toEqual({
      text: 'one 2026-01-01T00:00:00.000Z',
      machine: 'machine',
      input: 1,
    });
  });

  it('waits by the clock of the cloud', async () => {
    const arn = await start({ Wait: { Type: 'Wait', Seconds: 3600, End: true } }, { kept: 1 });
    await pass(3_599_000);
    expect((await call('DescribeExecution', { executionArn: arn })).status).toBe('RUNNING');
    await pass(1000);
    expect(await ended(arn)).toMatchObject({ status: 'SUCCEEDED', output: '{"kept":1}' });
  });

  it('retries a task with growing waits, then catches what it failed with', async () => {
    functions = {
      fails: () => {
        throw Object.assign(new Error('too much'), { name: 'Busy' });
      },
    };
    const arn = await start({
      Try: invoke('fails', {
        Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 2 }],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Fail' }],
      }),
      Fail: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' },
    });
    await pass(0);
    expect(calls).toHaveLength(1);
    await pass(10_000);
    expect(calls).toHaveLength(2);
    await pass(29_000);
    expect(calls).toHaveLength(2);
    await pass(1000);
    const { status, error, cause } = await ended(arn);
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'Busy' });
    expect(JSON.parse(cause)).toMatchObject({ errorMessage: 'too much' });
  });

  it('is told a service’s error by the service’s name', async () => {
    const { status, error } = await ended(await start({ Try: invoke('none') }));
    expect({ status, error }).toEqual({
      status: 'FAILED',
      error: 'Lambda.ResourceNotFoundException',
    });
  });

  it('fails with the error and the cause of a Fail state', async () => {
    const arn = await start({ No: { Type: 'Fail', Error: 'Wrong', Cause: 'because' } });
    expect(await ended(arn)).toMatchObject({ status: 'FAILED', error: 'Wrong', cause: 'because' });
  });

  it('times out as a whole, and a task by itself', async () => {
    const whole = await start(
      { Wait: { Type: 'Wait', Seconds: 100, End: true } },
      {},
      { TimeoutSeconds: 60 },
    );
    await pass(60_000);
    expect((await ended(whole)).status).toBe('TIMED_OUT');
  });

  it('calls any operation of a service, in that service’s spelling', async () => {
    jobs.set('j', { status: 'FAILED', input: {} });
    const arn = await start({
      Look: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:batch:describeJobs',
        Parameters: { Jobs: ['j'] },
        OutputPath: '$.Jobs[0].Container.ExitCode',
        End: true,
      },
    });
    expect(await ended(arn)).toMatchObject({ status: 'SUCCEEDED', output: '0' });
  });

  it('is started once under one name, with the same input only', async () => {
    const arn = await start({ Wait: { Type: 'Wait', Seconds: 9, End: true } }, { a: 1 });
    const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine';
    const again = (input: string) =>
      call('StartExecution', { stateMachineArn, name: 'one', input });
    expect((await again('{"a":1}')).executionArn).toBe(arn);
    await expect(again('{"a":2}')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
    await expect(again('{')).rejects.toMatchObject({ code: 'InvalidExecutionInput' });
  });
});

describe('A job that an execution waits for', () => {
  it('is submitted with the members of its service, and its description is the output', async () => {
    const arn = await start({ Work: submit('work') }, { size: 3 });
    await pass(5000);
    expect(jobs.get('work')?.input).toMatchObject({
      jobQueue: 'queue',
      arrayProperties: { size: 3 },
      parameters: { Keep: 'case' },
      containerOverrides: {
        environment: [{ name: 'MANAGED_BY_AWS', value: 'STARTED_BY_STEP_FUNCTIONS' }],
      },
    });
    expect((await call('DescribeExecution', { executionArn: arn })).status).toBe('RUNNING');
    jobs.set('work', { status: 'SUCCEEDED', input: {} });
    await pass(1000);
    const { output } = await ended(arn);
    expect(JSON.parse(output)).toMatchObject({ JobId: 'work', Status: 'SUCCEEDED' });
  });

  it('fails the task when it fails', async () => {
    const arn = await start({ Work: submit('work') }, { size: 3 });
    await pass(0);
    jobs.set('work', { status: 'FAILED', input: {} });
    await pass(1000);
    const { error, cause } = await ended(arn);
    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(cause)).toMatchObject({ JobId: 'work', Status: 'FAILED' });
  });

  it('is terminated when the execution is stopped', async () => {
    const arn = await start({ Work: submit('work') }, { size: 3 });
    await pass(0);
    await call('StopExecution', { executionArn: arn, cause: 'not needed' });
    expect(calls).toEqual(['SubmitJob work', 'TerminateJob work']);
    expect(await ended(arn)).toMatchObject({ status: 'ABORTED', cause: 'not needed' });
  });

  it('is terminated when the task takes too long', async () => {
    const arn = await start({ Work: submit('work', { TimeoutSeconds: 30 }) }, { size: 3 });
    await pass(30_000);
    expect((await ended(arn)).error).toBe('States.Timeout');
    expect(calls).toEqual(['SubmitJob work', 'TerminateJob work']);
  });

  it('is waited for by the next start of the cloud, and not submitted again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'states-'));
    await cloud.stop();
    cloud = await createCloud(folder);
    functions = { plan: () => ({ size: 4 }) };
    const arn = await start({
      Plan: invoke('plan', { Next: 'Work', End: undefined }),
      Work: submit('work'),
    });
    await pass(2000);
    const before = await call('GetExecutionHistory', { executionArn: arn });
    await cloud.stop();
    cloud = await createCloud(folder);
    await pass(2000);
    expect(calls).toEqual(['plan', 'SubmitJob work']);
    const after = await call('GetExecutionHistory', { executionArn: arn });
    expect(after.events).toEqual(before.events);
    jobs.set('work', { status: 'SUCCEEDED', input: {} });
    await pass(1000);
    expect((await ended(arn)).status).toBe('SUCCEEDED');
    rmSync(folder, { recursive: true });
  });
});

describe('The history of an execution', () => {
  it('tells of each state and task, and which job was submitted', async () => {
    const arn = await start({ Work: submit('work') }, { size: 3 });
    await pass(0);
    jobs.set('work', { status: 'SUCCEEDED', input: {} });
    await pass(1000);
    await ended(arn);
    const { events } = await call('GetExecutionHistory', { executionArn: arn });
    expect(events.map(({ type }: { type: string }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskSubmitted',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events[3]).toMatchObject({
      id: 4,
      previousEventId: 3,
      taskSubmittedEventDetails: {
        resourceType: 'batch',
        resource: 'submitJob.sync',
        output: expect.stringContaining('"JobId":"work"'),
      },
    });
  });
});

describe('A state machine', () => {
  const create = (definition: object) =>
    call('CreateStateMachine', { name: 'm', roleArn: 'r', definition: JSON.stringify(definition) });

  it.each([
    [{ StartAt: 'A', States: {} }, 'SCHEMA_VALIDATION_FAILED'],
    [{ StartAt: 'A', States: { A: { Type: 'Pass' } } }, 'SCHEMA_VALIDATION_FAILED'],
    [
      { StartAt: 'A', QueryLanguage: 'JSONata', States: { A: { Type: 'Succeed' } } },
      'JSONPath only',
    ],
    [
      {
        StartAt: 'A',
        States: {
          A: {
            Type: 'Task',
            Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
            End: true,
          },
        },
      },
      'cannot call arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    ],
  ])('is refused when it cannot run: %j', async (definition, reason) => {
    await expect(create(definition)).rejects.toMatchObject({
      code: 'InvalidDefinition',
      message: expect.stringContaining(reason),
    });
  });
});
