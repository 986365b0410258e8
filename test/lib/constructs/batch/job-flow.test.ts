import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jobFlow } from '../../../../lib/constructs/batch/job-flow.ts';
import type { ManualClock } from '../../../../local/host/manual-clock.ts';
import { createStatesProvider } from '../../../../local/providers/states/index.ts';
import { createTestHost, type TestHost } from '../../../fixtures/local-host.ts';

/** How the array job on each queue ends: undefined for well. */
interface Child {
  readonly statusReason?: string;
  readonly container?: { readonly exitCode?: number };
}
type Environment = { name: string; value: string }[];

const lost: Child = { statusReason: 'Host EC2 (instance i-1) terminated.', container: {} };
const result = { job: 'j', rows: 3 };

let cloud: TestHost<ManualClock>;
let plan: () => unknown;
let verify: (event: unknown) => unknown;
let failures: Record<string, Child>;
let submitted: { jobQueue: string; arrayProperties: object; environment: Environment }[];

beforeAll(() => import('aws-local-stepfunctions'), 30_000);
beforeEach(async () => {
  plan = () => ({ plan: 's3://out/_siskin/plan.json', shards: 5, workers: 2 });
  verify = () => result;
  failures = {};
  submitted = [];
  const lambda = {
    Invoke: ({ FunctionName, Payload }: { FunctionName: string; Payload: Buffer }) => {
      const event = JSON.parse(Payload.toString());
      try {
        const answer = FunctionName === 'planner' ? plan() : verify(event);
        return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(answer)) };
      } catch (error) {
        const { name, message } = error as Error;
        const report = JSON.stringify({ errorType: name, errorMessage: message });
        return { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(report) };
      }
    },
  };
  const batch = {
    SubmitJob: ({
      jobQueue,
      arrayProperties,
      containerOverrides,
    }: {
      jobQueue: string;
      arrayProperties: object;
      containerOverrides: { environment: Environment };
    }) => {
      const { environment } = containerOverrides;
      submitted.push({ jobQueue, arrayProperties, environment });
      return { jobId: jobQueue };
    },
    DescribeJobs: ({ jobs: [jobId = ''] }: { jobs: string[] }) => ({
      jobs: [{ jobId, status: failures[jobId] ? 'FAILED' : 'SUCCEEDED' }],
    }),
    ListJobs: ({ arrayJobId }: { arrayJobId: string }) => ({
      jobSummaryList: [{ jobId: `${arrayJobId}:0`, ...failures[arrayJobId] }],
    }),
  };
  cloud = await createTestHost({
    providers: {
      states: createStatesProvider,
      lambda: () => ({ operations: lambda, resources: {} }),
      batch: () => ({ operations: batch, resources: {} }),
    },
  });
});
afterEach(() => cloud.stop());

async function run() {
  const flow = jobFlow({
    planner: 'planner',
    verifier: 'verifier',
    jobDefinition: 'definition',
    spotQueue: 'spot-queue',
    onDemandQueue: 'on-demand-queue',
    prices: { spot: { perVcpuHour: 0.01, currency: 'USD', date: '2026-01-01' } },
    logGroup: '/aws/batch/siskin-dev-m-batch',
  });
  const { stateMachineArn } = await cloud.host.call<{ stateMachineArn: string }>(
    'states',
    'CreateStateMachine',
    {
      name: 'job',
      roleArn: 'role',
      definition: JSON.stringify(flow),
    },
  );
  const input = JSON.stringify({ input: 's3://in/', output: 's3://out/' });
  const started = { stateMachineArn, input };
  const { executionArn } = await cloud.host.call<{ executionArn: string }>(
    'states',
    'StartExecution',
    started,
  );
  for (let turn = 0; turn < 100; turn += 1) {
    await cloud.clock.advance(100);
    const execution = await cloud.host.call<{ status: string; error?: string; output: string }>(
      'states',
      'DescribeExecution',
      { executionArn },
    );
    if (execution.status !== 'RUNNING') return execution;
  }
  throw new Error('The job does not end');
}

const queues = () => submitted.map(({ jobQueue }) => jobQueue);

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

describe('The flow of a batch job', () => {
  it('plans, works on Spot capacity and verifies; its output is what the verifier answers', async () => {
    const { status, output } = await run();
    expect({ status, output: JSON.parse(output) }).toEqual({ status: 'SUCCEEDED', output: result });
    expect(submitted).toMatchObject([{ jobQueue: 'spot-queue', arrayProperties: { size: 2 } }]);
    const environment = submitted[0]?.environment.map(({ name, value }) => [name, value]) ?? [];
    expect(Object.fromEntries(environment)).toMatchObject({
      SISKIN_BATCH_PLAN: 's3://out/_siskin/plan.json',
      SISKIN_BATCH_WORKERS: '2',
      SISKIN_BATCH_CAPACITY: 'spot',
      SISKIN_BATCH_PRICE: expect.stringContaining('0.01'),
    });
  });

  it('goes from the plan to the verifier when nothing is to be done', async () => {
    plan = () => ({ plan: 's3://out/_siskin/plan.json', shards: 0, workers: 0 });
    expect((await run()).status).toBe('SUCCEEDED');
    expect(queues()).toEqual([]);
  });

  it.each([
    ['a lost instance', lost],
    ['a lost task', { statusReason: 'Your Spot Task was interrupted.' }],
    [
      'SIGTERM',
      { statusReason: 'Essential container in task exited', container: { exitCode: 143 } },
    ],
    ['SIGKILL', { container: { exitCode: 137 } }],
  ])('goes on on demand after %s', async (_name, child) => {
    failures = { 'spot-queue': child };
    expect((await run()).status).toBe('SUCCEEDED');
    expect(queues()).toEqual(['spot-queue', 'on-demand-queue']);
    const capacity = submitted[1]?.environment.find(({ name }) => name === 'SISKIN_BATCH_CAPACITY');
    expect(capacity?.value).toBe('on-demand');
  });

  it('lets the verifier say why the workers refused the input', async () => {
    failures = { 'spot-queue': { container: { exitCode: 2 } } };
    verify = () => {
      throw named('TooManyFailedRows', '101 rows failed');
    };
    expect(await run()).toMatchObject({
      status: 'FAILED',
      error: 'TooManyFailedRows',
      cause: expect.stringContaining('101 rows failed'),
    });
    expect(queues()).toEqual(['spot-queue']);
  });

  it('fails where a worker failed by itself, and says where its lines are', async () => {
    failures = { 'spot-queue': { container: { exitCode: 1 } } };
    expect(await run()).toMatchObject({
      status: 'FAILED',
      error: 'WorkersFailed',
      cause: expect.stringContaining('/aws/batch/siskin-dev-m-batch'),
    });
  });

  it('lets the verifier say what is missing when work on demand fails as well', async () => {
    failures = { 'spot-queue': lost, 'on-demand-queue': { container: { exitCode: 1 } } };
    verify = () => {
      throw named('Incomplete', '1 of 5 shards are not done');
    };
    expect(await run()).toMatchObject({ status: 'FAILED', error: 'Incomplete' });
  });

  it('fails with the error of the planner', async () => {
    plan = () => {
      throw named('OutputTaken', 'another job');
    };
    expect(await run()).toMatchObject({
      status: 'FAILED',
      error: 'OutputTaken',
      cause: expect.stringContaining('another job'),
    });
  });
});
