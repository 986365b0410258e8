import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EndpointCloud } from './endpoint-cloud.ts';

const MINUTE = 60_000;
const stageOf = (endpoint: Described) =>
  endpoint.PendingDeploymentSummary?.ProductionVariants[0]?.VariantStatus?.[0]?.Status;
const isBaking = (endpoint: Described) => stageOf(endpoint) === 'Baking';
const isSettled = ({ EndpointStatus }: Described) =>
  EndpointStatus === 'InService' || EndpointStatus === 'UpdateRollbackFailed';

interface Described {
  readonly EndpointStatus: string;
  readonly EndpointConfigName: string;
  readonly FailureReason?: string;
  readonly PendingDeploymentSummary?: {
    readonly ProductionVariants: readonly { readonly VariantStatus?: { Status: string }[] }[];
  };
}

let cloud: EndpointCloud;
let chance: number;

/** Chance in even steps: of ten requests exactly the tenths that a share says go one way. */
const evenly = () => {
  chance = (chance + 1) % 10;
  return (chance + 0.5) / 10;
};

beforeEach(async () => {
  chance = 0;
  cloud = await EndpointCloud.start({ random: () => evenly() });
  await cloud.host.call('cloudwatch', 'PutMetricAlarm', {
    AlarmName: 'errors',
    Namespace: 'AWS/SageMaker',
    MetricName: 'Invocation5XXErrors',
    Dimensions: [
      { Name: 'EndpointName', Value: 'shop' },
      { Name: 'VariantName', Value: 'live' },
    ],
    Period: 60,
    Statistic: 'Sum',
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  });
});
afterEach(() => cloud.stop());

const alarms = { AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'errors' }] } };

function blueGreen(routing: object, more: object = {}) {
  const TrafficRoutingConfiguration = { WaitIntervalInSeconds: 300, ...routing };
  return { ...alarms, BlueGreenUpdatePolicy: { TrafficRoutingConfiguration, ...more } };
}

const canary = blueGreen({ Type: 'CANARY', CanarySize: { Type: 'INSTANCE_COUNT', Value: 1 } });

function update(EndpointConfigName: string, DeploymentConfig?: object, more: object = {}) {
  return cloud.call('UpdateEndpoint', {
    EndpointName: 'shop',
    EndpointConfigName,
    ...(DeploymentConfig && { DeploymentConfig }),
    ...more,
  });
}

/** How many of twenty requests the second version gets, and that the endpoint stays as it is. */
async function shareOfTwo(): Promise<number> {
  const seen = await cloud.versions(20);
  return seen.filter((version) => version === 'two').length / seen.length;
}

describe('an update of an endpoint', () => {
  it('without a deployment configuration replaces the fleet at once', async () => {
    await cloud.endpoint('one');
    await cloud.version('two');
    await update('two');
    expect(await cloud.until(isSettled)).toMatchObject({
      EndpointConfigName: 'two',
      EndpointStatus: 'InService',
    });
    expect(await cloud.versions(3)).toEqual(['two', 'two', 'two']);
  });

  it('by canary shifts a part, waits, shifts the rest and waits again', async () => {
    await cloud.endpoint('one', { InitialInstanceCount: 2 });
    await cloud.version('two', { InitialInstanceCount: 2 });
    await update('two', canary);
    await cloud.until(isBaking);
    expect(await shareOfTwo()).toBe(0.5);
    await cloud.clock.advance(4 * MINUTE);
    expect(await shareOfTwo()).toBe(0.5);
    await cloud.clock.advance(MINUTE);
    expect(await shareOfTwo()).toBe(1);
    expect(await cloud.describe()).toMatchObject({
      EndpointStatus: 'Updating',
      EndpointConfigName: 'one',
      PendingDeploymentSummary: { EndpointConfigName: 'two' },
    });
    await cloud.clock.advance(5 * MINUTE);
    expect(await cloud.until(isSettled)).toMatchObject({ EndpointConfigName: 'two' });
  });

  it('by linear steps shifts as much each time', async () => {
    await cloud.endpoint('one', { InitialInstanceCount: 2 });
    await cloud.version('two', { InitialInstanceCount: 2 });
    const LinearStepSize = { Type: 'CAPACITY_PERCENT', Value: 50 };
    await update('two', blueGreen({ Type: 'LINEAR', LinearStepSize }));
    await cloud.until(isBaking);
    expect(await shareOfTwo()).toBe(0.5);
    await cloud.clock.advance(5 * MINUTE);
    expect(await shareOfTwo()).toBe(1);
  });

  it('all at once keeps the old fleet for the termination wait', async () => {
    await cloud.endpoint('one');
    await cloud.version('two');
    const old = (await cloud.invoke('x')).pid;
    await update('two', blueGreen({ Type: 'ALL_AT_ONCE' }, { TerminationWaitInSeconds: 120 }));
    await cloud.until(isBaking);
    await cloud.clock.advance(6 * MINUTE);
    expect(await shareOfTwo()).toBe(1);
    expect(isRunning(old)).toBe(true);
    await cloud.clock.advance(MINUTE);
    await cloud.until(isSettled);
    while (isRunning(old)) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('is rolled back by an alarm, under load, without a request failing for it', async () => {
    await cloud.endpoint('one', { InitialInstanceCount: 2 });
    await cloud.version('two', { InitialInstanceCount: 2 });
    await update('two', canary);
    await cloud.until(isBaking);
    const load = keepAsking();
    await load.untilAnswered(20);
    expect(load.seen.has('two')).toBe(true);
    await cloud.host.call('cloudwatch', 'SetAlarmState', {
      AlarmName: 'errors',
      StateValue: 'ALARM',
      StateReason: 'a test says so',
    });
    await cloud.clock.advance(10_000);
    const endpoint = await cloud.until(isSettled);
    expect(endpoint).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'one' });
    expect(endpoint.FailureReason).toContain('errors (a test says so)');
    await load.untilAnswered(20);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(await shareOfTwo()).toBe(0);
  });

  it('is rolled back by what its own requests do to the metrics', async () => {
    await cloud.endpoint('one', { InitialInstanceCount: 2 });
    await cloud.version('two', { InitialInstanceCount: 2 });
    await update('two', canary);
    await cloud.until(isBaking);
    await expect(cloud.invoke('status 500 broken')).rejects.toMatchObject({ code: 'ModelError' });
    await cloud.clock.advance(2 * MINUTE);
    expect((await cloud.until(isSettled)).FailureReason).toContain('errors (Threshold Crossed');
  });

  it('is refused while the alarm is on already', async () => {
    await cloud.endpoint('one', { InitialInstanceCount: 2 });
    await cloud.version('two', { InitialInstanceCount: 2 });
    await cloud.host.call('cloudwatch', 'SetAlarmState', {
      AlarmName: 'errors',
      StateValue: 'ALARM',
      StateReason: 'it was on before',
    });
    await update('two', canary);
    expect(await cloud.until(isSettled)).toMatchObject({ EndpointConfigName: 'one' });
  });

  it('to containers that never are ready leaves the old fleet serving', async () => {
    await cloud.endpoint('one');
    await cloud.version(
      'two',
      { ContainerStartupHealthCheckTimeoutInSeconds: 60 },
      { NEVER_READY: 'yes' },
    );
    await update('two');
    await cloud.until((endpoint) => stageOf(endpoint) === 'Creating');
    expect(await cloud.versions(2)).toEqual(['one', 'one']);
    await cloud.clock.advance(MINUTE);
    const endpoint = await cloud.until(isSettled);
    expect(endpoint.FailureReason).toContain('did not pass the ping health check');
    expect(await cloud.versions(2)).toEqual(['one', 'one']);
  });

  it('that takes longer than it may is rolled back', async () => {
    await cloud.endpoint('one', { InitialInstanceCount: 2 });
    await cloud.version('two', { InitialInstanceCount: 2 });
    const CanarySize = { Type: 'INSTANCE_COUNT', Value: 1 };
    const routing = { Type: 'CANARY', CanarySize, WaitIntervalInSeconds: 3600 };
    await update('two', blueGreen(routing, { MaximumExecutionTimeoutInSeconds: 600 }));
    await cloud.until(isBaking);
    await cloud.clock.advance(10 * MINUTE);
    expect((await cloud.until(isSettled)).FailureReason).toContain('longer than 600 seconds');
  });

  it('rolling replaces the fleet in batches', async () => {
    await cloud.endpoint('one', { InitialInstanceCount: 2 });
    await cloud.version('two', { InitialInstanceCount: 2 });
    const MaximumBatchSize = { Type: 'INSTANCE_COUNT', Value: 1 };
    const rolling = { MaximumBatchSize, WaitIntervalInSeconds: 300 };
    await update('two', { ...alarms, RollingUpdatePolicy: rolling });
    await cloud.until(isBaking);
    expect(await shareOfTwo()).toBe(0.5);
    await cloud.clock.advance(5 * MINUTE);
    await cloud.until((endpoint) => isBaking(endpoint));
    expect(await shareOfTwo()).toBe(1);
    await cloud.clock.advance(5 * MINUTE);
    expect(await cloud.until(isSettled)).toMatchObject({ EndpointConfigName: 'two' });
  });

  it('rolling is taken back by an alarm after the first batch', async () => {
    await cloud.endpoint('one', { InitialInstanceCount: 2 });
    await cloud.version('two', { InitialInstanceCount: 2 });
    const MaximumBatchSize = { Type: 'INSTANCE_COUNT', Value: 1 };
    const rolling = { MaximumBatchSize, WaitIntervalInSeconds: 300 };
    await update('two', { ...alarms, RollingUpdatePolicy: rolling });
    await cloud.until(isBaking);
    await cloud.clock.advance(5 * MINUTE);
    await cloud.until(isBaking);
    await cloud.host.call('cloudwatch', 'SetAlarmState', {
      AlarmName: 'errors',
      StateValue: 'ALARM',
      StateReason: 'a test says so',
    });
    await cloud.clock.advance(10_000);
    expect(await cloud.until(isSettled)).toMatchObject({
      EndpointConfigName: 'one',
      ProductionVariants: [{ CurrentInstanceCount: 2 }],
    });
    expect(await shareOfTwo()).toBe(0);
  });

  it('keeps numbers and weights when it is told to', async () => {
    await cloud.endpoint('one', { InitialInstanceCount: 1 });
    await cloud.call('UpdateEndpointWeightsAndCapacities', {
      EndpointName: 'shop',
      DesiredWeightsAndCapacities: [{ VariantName: 'live', DesiredInstanceCount: 2 }],
    });
    await cloud.until(isSettled);
    await cloud.version('two');
    await update('two', undefined, { RetainAllVariantProperties: true });
    expect(await cloud.until(isSettled)).toMatchObject({
      EndpointConfigName: 'two',
      ProductionVariants: [{ CurrentInstanceCount: 2, DesiredInstanceCount: 2 }],
    });
  });

  it.each([
    ['a canary of a single instance', 1, canary, 'more than 50 percent'],
    [
      'an alarm that does not exist',
      2,
      { AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'none' }] } },
      'could not be found: none',
    ],
    [
      'both policies',
      2,
      {
        ...canary,
        RollingUpdatePolicy: {
          MaximumBatchSize: { Type: 'INSTANCE_COUNT', Value: 1 },
          WaitIntervalInSeconds: 0,
        },
      },
      'either BlueGreenUpdatePolicy or RollingUpdatePolicy',
    ],
    ['a canary without a size', 2, blueGreen({ Type: 'CANARY' }), 'needs a CanarySize'],
  ])('with %s is refused', async (_what, InitialInstanceCount, config, problem) => {
    await cloud.endpoint('one');
    await cloud.version('two', { InitialInstanceCount });
    await expect(update('two', config)).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining(problem),
    });
  });

  it('is refused while another one runs', async () => {
    await cloud.endpoint('one', { InitialInstanceCount: 2 });
    await cloud.version('two', { InitialInstanceCount: 2 });
    await update('two', canary);
    await expect(update('two')).rejects.toThrow(
      'Cannot update in-progress endpoint "arn:aws:sagemaker:us-east-1:000000000000:endpoint/shop".',
    );
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Four callers who ask again and again, each as soon as it has its answer. */
function keepAsking() {
  const seen = new Set<string>();
  const failures: unknown[] = [];
  let answered = 0;
  let isOver = false;
  const ask = async () => {
    while (!isOver) {
      try {
        seen.add((await cloud.invoke('sleep 3')).version);
      } catch (error) {
        failures.push(error);
      }
      answered += 1;
    }
  };
  const callers = Promise.all([ask(), ask(), ask(), ask()]);
  return {
    seen,
    failures,
    untilAnswered: async (more: number) => {
      const goal = answered + more;
      while (answered < goal) await new Promise((resolve) => setTimeout(resolve, 2));
    },
    stop: () => {
      isOver = true;
      return callers;
    },
  };
}
