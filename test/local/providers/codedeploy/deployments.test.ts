import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../local/host/manual-clock.ts';
import { createCodedeployProvider } from '../../../../local/providers/codedeploy/index.ts';
import { createTestHost, type TestHost } from '../../../fixtures/local-host.ts';
import { FakeLambda, type HookEvent } from './fake-lambda.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const ROLLBACK = {
  enabled: true,
  events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
};

let lambda: FakeLambda;
let alarms: Record<string, string>;
let clock: ManualClock;
let folder: string;
let cloud: TestHost<ManualClock>;

function start(): Promise<TestHost<ManualClock>> {
  return createTestHost({
    clock,
    folder,
    providers: {
      codedeploy: createCodedeployProvider,
      lambda: lambda.provider,
      cloudwatch: () => ({
        resources: {},
        operations: {
          DescribeAlarms: ({ AlarmNames }: { AlarmNames: string[] }) => ({
            MetricAlarms: AlarmNames.filter((name) => alarms[name]).map((name) => ({
              AlarmName: name,
              StateValue: alarms[name],
              StateReason: 'too many errors',
            })),
          }),
        },
      }),
    },
  });
}

// biome-ignore lint/suspicious/noExplicitAny: each test knows what the operation answers.
function call<T = any>(operation: string, input: Record<string, unknown>): Promise<T> {
  return cloud.host.call<T>('codedeploy', operation, input);
}

beforeEach(async () => {
  lambda = new FakeLambda();
  alarms = { errors: 'OK' };
  clock = new ManualClock();
  folder = mkdtempSync(join(tmpdir(), 'codedeploy-'));
  cloud = await start();
  await call('CreateApplication', { applicationName: 'shop', computePlatform: 'Lambda' });
  await call('CreateDeploymentGroup', {
    applicationName: 'shop',
    deploymentGroupName: 'live',
    deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent10Minutes',
    serviceRoleArn: 'arn:aws:iam::000000000000:role/deployer',
    alarmConfiguration: { enabled: true, alarms: [{ name: 'errors' }] },
    autoRollbackConfiguration: ROLLBACK,
  });
});

afterEach(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true });
});

interface Wanted {
  readonly hooks?: Record<string, string>;
  readonly current?: string;
  readonly target?: string;
  readonly config?: string;
}

async function deploy({
  hooks = {},
  current = '1',
  target = '2',
  config,
}: Wanted = {}): Promise<string> {
  const Properties = {
    Name: 'shop',
    Alias: 'live',
    CurrentVersion: current,
    TargetVersion: target,
  };
  const content = JSON.stringify({
    version: 0.0,
    Resources: [{ shop: { Type: 'AWS::Lambda::Function', Properties } }],
    Hooks: Object.entries(hooks).map(([event, name]) => ({ [event]: name })),
  });
  const { deploymentId } = await call('CreateDeployment', {
    applicationName: 'shop',
    deploymentGroupName: 'live',
    revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
    ...(config && { deploymentConfigName: config }),
  });
  await clock.advance(0);
  return deploymentId;
}

async function info(deploymentId: string) {
  return (await call('GetDeployment', { deploymentId })).deploymentInfo;
}

async function events(deploymentId: string): Promise<Record<string, string>> {
  const { targetIds } = await call('ListDeploymentTargets', { deploymentId });
  const { deploymentTargets } = await call('BatchGetDeploymentTargets', {
    deploymentId,
    targetIds,
  });
  const list: { lifecycleEventName: string; status: string }[] =
    deploymentTargets[0].lambdaTarget.lifecycleEvents;
  return Object.fromEntries(
    list.map(({ lifecycleEventName, status }) => [lifecycleEventName, status]),
  );
}

/** A hook that reports as hooks do, through the API. */
function reporting(status: string) {
  return (event: HookEvent) =>
    call('PutLifecycleEventHookExecutionStatus', {
      deploymentId: event.DeploymentId,
      lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
      status,
    });
}

describe('a deployment', () => {
  it('sends a canary first, and all traffic after its ten minutes', async () => {
    const id = await deploy();
    expect(lambda.share).toBe(0.1);
    await clock.advance(10 * MINUTE - SECOND);
    expect([lambda.share, (await info(id)).status]).toEqual([0.1, 'InProgress']);
    await clock.advance(SECOND);
    expect([lambda.share, (await info(id)).status]).toEqual([1, 'Succeeded']);
    expect(lambda).toMatchObject({ version: '2', weights: {} });
    const { createTime, completeTime } = await info(id);
    expect(completeTime - createTime).toBe(10 * MINUTE);
  });

  it('shifts step by step when its config is linear', async () => {
    await call('CreateDeploymentConfig', {
      deploymentConfigName: 'thirds',
      computePlatform: 'Lambda',
      trafficRoutingConfig: {
        type: 'TimeBasedLinear',
        timeBasedLinear: { linearPercentage: 33, linearInterval: 2 },
      },
    });
    const id = await deploy({ config: 'thirds' });
    await clock.advance(6 * MINUTE);
    expect(lambda.shares).toEqual([0.33, 0.66, 0.99, 1]);
    expect((await info(id)).status).toBe('Succeeded');
  });

  it('is over at once when all goes at once', async () => {
    const id = await deploy({ config: 'CodeDeployDefault.LambdaAllAtOnce' });
    expect([lambda.shares, (await info(id)).status]).toEqual([[1], 'Succeeded']);
  });

  it('asks its hooks before and after the shift', async () => {
    lambda.functions.before = reporting('Succeeded');
    lambda.functions.after = (event) => {
      expect(lambda.share).toBe(1);
      return reporting('Succeeded')(event);
    };
    const id = await deploy({
      hooks: { BeforeAllowTraffic: 'before', AfterAllowTraffic: 'after' },
    });
    expect([lambda.called, lambda.share]).toEqual([['before'], 0.1]);
    await clock.advance(10 * MINUTE);
    expect((await info(id)).status).toBe('Succeeded');
    expect(await events(id)).toEqual({
      BeforeAllowTraffic: 'Succeeded',
      AllowTraffic: 'Succeeded',
      AfterAllowTraffic: 'Succeeded',
    });
  });

  it('waits for a hook that has ended without a word, and takes its late report', async () => {
    let report = async () => {};
    lambda.functions.before = (event) => {
      report = () => reporting('Succeeded')(event);
    };
    const id = await deploy({ hooks: { BeforeAllowTraffic: 'before' } });
    await clock.advance(59 * MINUTE);
    expect([lambda.shares, (await events(id)).BeforeAllowTraffic]).toEqual([[], 'InProgress']);
    await report();
    await clock.advance(0);
    expect(lambda.share).toBe(0.1);
  });

  it.each<[string, () => void, string]>([
    ['reports Failed', () => (lambda.functions.check = reporting('Failed')), 'reported Failed'],
    [
      'throws',
      () => {
        lambda.functions.check = () => {
          throw new Error('no golden.json');
        };
      },
      'no golden.json',
    ],
    ['does not exist', () => {}, 'Function not found: check'],
  ])('fails without any traffic when its first hook %s', async (_what, prepare, reason) => {
    prepare();
    const id = await deploy({ hooks: { BeforeAllowTraffic: 'check' } });
    const { status, errorInformation, rollbackInfo } = await info(id);
    expect([status, lambda.share]).toEqual(['Failed', 0]);
    expect(errorInformation.message).toContain(reason);
    expect(rollbackInfo.rollbackMessage).toContain('back on version 1');
    expect(await events(id)).toMatchObject({
      BeforeAllowTraffic: 'Failed',
      AllowTraffic: 'Skipped',
    });
  });

  it('fails when a hook has not reported within an hour', async () => {
    lambda.functions.check = () => {};
    const id = await deploy({ hooks: { BeforeAllowTraffic: 'check' } });
    await clock.advance(60 * MINUTE);
    expect(await info(id)).toMatchObject({
      status: 'Failed',
      errorInformation: {
        code: 'HOOK_EXECUTION_FAILURE',
        message: expect.stringContaining('did not report within an hour'),
      },
    });
  });

  it('gives all traffic back when the last hook fails', async () => {
    lambda.functions.after = reporting('Failed');
    const id = await deploy({ hooks: { AfterAllowTraffic: 'after' } });
    await clock.advance(10 * MINUTE);
    expect(lambda.shares).toEqual([0.1, 1, 0]);
    expect((await info(id)).status).toBe('Failed');
  });

  it('stops and gives the traffic back when an alarm goes off', async () => {
    const id = await deploy();
    await clock.advance(3 * MINUTE);
    alarms.errors = 'ALARM';
    await clock.advance(10 * SECOND);
    expect(lambda).toMatchObject({ version: '1', weights: {} });
    expect(await info(id)).toMatchObject({
      status: 'Stopped',
      errorInformation: {
        code: 'ALARM_ACTIVE',
        message: expect.stringContaining('errors (too many errors)'),
      },
      deploymentOverview: { Failed: 1 },
    });
    expect(await events(id)).toMatchObject({
      AllowTraffic: 'Failed',
      AfterAllowTraffic: 'Skipped',
    });
    await clock.advance(60 * MINUTE);
    expect(lambda.shares).toEqual([0.1, 0]);
  });

  it('does not begin while an alarm is on', async () => {
    alarms.errors = 'ALARM';
    const id = await deploy();
    expect([(await info(id)).status, lambda.share]).toEqual(['Stopped', 0]);
    expect(await events(id)).toMatchObject({
      BeforeAllowTraffic: 'Skipped',
      AllowTraffic: 'Skipped',
    });
  });

  it('stops when an alarm cannot be asked, unless that is to be ignored', async () => {
    alarms = {};
    expect((await info(await deploy())).errorInformation.message).toContain(
      'could not be retrieved',
    );
    await update({ enabled: true, ignorePollAlarmFailure: true, alarms: [{ name: 'errors' }] });
    expect((await info(await deploy())).status).toBe('InProgress');
  });

  it('leaves the traffic where it is when nothing was said about a rollback', async () => {
    await call('UpdateDeploymentGroup', {
      applicationName: 'shop',
      currentDeploymentGroupName: 'live',
      autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
    });
    const id = await deploy();
    alarms.errors = 'ALARM';
    await clock.advance(10 * SECOND);
    expect((await info(id)).status).toBe('Stopped');
    expect(lambda.share).toBe(0.1);
  });

  it.each([
    [undefined, 0],
    [true, 0],
    [false, 0.1],
  ])('can be stopped, with autoRollbackEnabled %s', async (autoRollbackEnabled, share) => {
    const id = await deploy();
    await call('StopDeployment', { deploymentId: id, autoRollbackEnabled });
    await clock.advance(0);
    expect([(await info(id)).status, lambda.share]).toEqual(['Stopped', share]);
    expect((await info(id)).errorInformation.code).toBe('MANUAL_STOP');
    await expect(call('StopDeployment', { deploymentId: id })).rejects.toMatchObject({
      code: 'DeploymentAlreadyCompletedException',
    });
  });

  it('is the only one of its group', async () => {
    const first = await deploy();
    await expect(deploy()).rejects.toMatchObject({
      code: 'DeploymentLimitExceededException',
      message: `The Deployment Group 'live' already has an active Deployment '${first}'`,
    });
    await clock.advance(10 * MINUTE);
    const second = await deploy({ current: '2', target: '1' });
    expect((await info(second)).status).toBe('InProgress');
    const { deployments } = await call('ListDeployments', {
      applicationName: 'shop',
      deploymentGroupName: 'live',
    });
    expect(deployments).toEqual([second, first]);
    const running = await call('ListDeployments', { includeOnlyStatuses: ['InProgress'] });
    expect(running.deployments).toEqual([second]);
  });

  it.each([
    [{ current: '7' }, 'does not match the current version 7'],
    [{ current: '1', target: '1' }, 'must differ'],
  ])('fails when the versions %j cannot be', async (versions, reason) => {
    const { status, errorInformation } = await info(await deploy(versions));
    expect([status, errorInformation.code]).toEqual(['Failed', 'INVALID_LAMBDA_CONFIGURATION']);
    expect(errorInformation.message).toContain(reason);
  });

  it.each(['stop', 'kill'])('that a %s cut off is rolled back by the next start', async (end) => {
    const id = await deploy();
    await clock.advance(MINUTE);
    if (end === 'stop') await cloud.stop();
    // What a killed cloud would still have done never comes: its clock stands still.
    clock = new ManualClock(clock.now());
    expect(lambda.share).toBe(0.1);
    cloud = await start();
    expect(lambda).toMatchObject({ version: '1', weights: {} });
    expect(await info(id)).toMatchObject({
      status: 'Failed',
      errorInformation: { message: 'The cloud stopped during the deployment.' },
    });
    expect((await info(await deploy())).status).toBe('InProgress');
  });

  it('says what is wrong with a report of a hook', async () => {
    const seen: HookEvent[] = [];
    lambda.functions.check = (event) => seen.push(event);
    const id = await deploy({ hooks: { BeforeAllowTraffic: 'check' } });
    const [event] = seen as [HookEvent];
    const other = { ...event, LifecycleEventHookExecutionId: 'other' };
    await expect(reporting('Succeeded')(other)).rejects.toMatchObject({
      code: 'InvalidLifecycleEventHookExecutionIdException',
    });
    await expect(reporting('Perhaps')(event)).rejects.toMatchObject({
      code: 'InvalidLifecycleEventHookExecutionStatusException',
    });
    await reporting('Succeeded')(event);
    await expect(reporting('Succeeded')(event)).rejects.toMatchObject({
      code: 'LifecycleEventAlreadyCompletedException',
    });
    expect((await events(id)).BeforeAllowTraffic).toBe('Succeeded');
  });
});

function update(alarmConfiguration: Record<string, unknown>): Promise<unknown> {
  return call('UpdateDeploymentGroup', {
    applicationName: 'shop',
    currentDeploymentGroupName: 'live',
    alarmConfiguration,
  });
}

describe('a deployment group', () => {
  it('loses its alarms by a configuration that is not enabled, not by leaving it out', async () => {
    alarms.errors = 'ALARM';
    await call('UpdateDeploymentGroup', {
      applicationName: 'shop',
      currentDeploymentGroupName: 'live',
    });
    expect((await info(await deploy())).status).toBe('Stopped');
    await update({ enabled: false });
    expect((await info(await deploy())).status).toBe('InProgress');
    const { deploymentGroupInfo } = await call('GetDeploymentGroup', {
      applicationName: 'shop',
      deploymentGroupName: 'live',
    });
    expect(deploymentGroupInfo.alarmConfiguration).toMatchObject({ enabled: false, alarms: [] });
  });

  it.each([
    ['GetApplication', { applicationName: 'x' }, 'ApplicationDoesNotExistException'],
    [
      'GetDeploymentGroup',
      { applicationName: 'shop', deploymentGroupName: 'x' },
      'DeploymentGroupDoesNotExistException',
    ],
    ['GetDeploymentConfig', { deploymentConfigName: 'x' }, 'DeploymentConfigDoesNotExistException'],
    ['GetDeployment', { deploymentId: 'd-1' }, 'DeploymentDoesNotExistException'],
    [
      'CreateApplication',
      { applicationName: 'shop', computePlatform: 'Lambda' },
      'ApplicationAlreadyExistsException',
    ],
  ])('%s with %j answers %s', async (operation, input, code) => {
    await expect(call(operation, input)).rejects.toMatchObject({ code });
  });

  it('comes from a template, with its application and its config', async () => {
    const request = (logicalId: string, properties: Record<string, unknown>) => ({
      stackName: 'stack',
      stackId: 'arn:stack/1',
      logicalId,
      properties,
      rollingBack: false,
      signal: new AbortController().signal,
    });
    const create = async (type: string, properties: Record<string, unknown>) => {
      const resource = cloud.host.resourceType(`AWS::CodeDeploy::${type}`);
      return (await resource?.create(request(type, properties)))?.physicalId as string;
    };
    const application = await create('Application', { ComputePlatform: 'Lambda' });
    const config = await create('DeploymentConfig', {
      ComputePlatform: 'Lambda',
      TrafficRoutingConfig: {
        Type: 'TimeBasedCanary',
        TimeBasedCanary: { CanaryPercentage: 5, CanaryInterval: '3' },
      },
    });
    const properties = {
      ApplicationName: application,
      DeploymentConfigName: config,
      ServiceRoleArn: 'arn:aws:iam::000000000000:role/deployer',
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: 'errors' }] },
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
    };
    const group = await create('DeploymentGroup', properties);
    const names = { applicationName: application, deploymentGroupName: group };
    const describe = async () => (await call('GetDeploymentGroup', names)).deploymentGroupInfo;
    expect(await describe()).toMatchObject({
      deploymentConfigName: config,
      alarmConfiguration: { enabled: true, alarms: [{ name: 'errors' }] },
    });
    const { deploymentConfigInfo } = await call('GetDeploymentConfig', {
      deploymentConfigName: config,
    });
    expect(deploymentConfigInfo.trafficRoutingConfig).toEqual({
      type: 'TimeBasedCanary',
      timeBasedCanary: { canaryPercentage: 5, canaryInterval: 3 },
    });

    const type = cloud.host.resourceType('AWS::CodeDeploy::DeploymentGroup');
    const current = { physicalId: group, properties, attributes: {} };
    const without = { ...properties, AlarmConfiguration: { Enabled: false } };
    await type?.update?.(request('DeploymentGroup', without), current);
    expect((await describe()).alarmConfiguration).toMatchObject({ enabled: false, alarms: [] });
    await type?.delete(current, request('DeploymentGroup', properties));
    await expect(describe()).rejects.toThrow('No Deployment Group found');
  });

  it.each([
    [{ canaryPercentage: 0, canaryInterval: 1 }, '1 to 99 percent'],
    [{ canaryPercentage: 10, canaryInterval: 2881 }, '1 minute to 48 hours'],
  ])('is refused a config with %j', async (timeBasedCanary, reason) => {
    const creation = call('CreateDeploymentConfig', {
      deploymentConfigName: 'wrong',
      computePlatform: 'Lambda',
      trafficRoutingConfig: { type: 'TimeBasedCanary', timeBasedCanary },
    });
    await expect(creation).rejects.toThrow(reason);
  });

  it('is refused a linear config that takes over 48 hours', async () => {
    const creation = call('CreateDeploymentConfig', {
      deploymentConfigName: 'slow',
      computePlatform: 'Lambda',
      trafficRoutingConfig: {
        type: 'TimeBasedLinear',
        timeBasedLinear: { linearPercentage: 1, linearInterval: 30 },
      },
    });
    await expect(creation).rejects.toThrow('48 hours');
  });

  it('has the configs that every account has', async () => {
    const { deploymentConfigsList } = await call('ListDeploymentConfigs', {});
    expect(deploymentConfigsList).toHaveLength(9);
    expect(deploymentConfigsList).toContain('CodeDeployDefault.LambdaLinear10PercentEvery1Minute');
  });
});
