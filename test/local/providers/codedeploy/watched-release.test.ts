import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ManualClock } from '../../../../local/host/manual-clock.ts';
import { createCloudwatchProvider } from '../../../../local/providers/cloudwatch/index.ts';
import { createCodedeployProvider } from '../../../../local/providers/codedeploy/index.ts';
import { createLogsProvider } from '../../../../local/providers/logs/index.ts';
import { createSnsProvider } from '../../../../local/providers/sns/index.ts';
import { createTestHost, type TestHost } from '../../../fixtures/local-host.ts';
import { FakeLambda } from './fake-lambda.ts';

const MINUTE = 60_000;
const stream = { logGroupName: '/aws/lambda/shop', logStreamName: 'one' };

let lambda: FakeLambda;
let cloud: TestHost<ManualClock>;

beforeEach(async () => {
  lambda = new FakeLambda();
  cloud = await createTestHost({
    providers: {
      cloudwatch: createCloudwatchProvider,
      codedeploy: createCodedeployProvider,
      lambda: lambda.provider,
      logs: createLogsProvider,
      sns: createSnsProvider,
    },
  });
  await call('logs', 'CreateLogGroup', { logGroupName: stream.logGroupName });
  await call('logs', 'CreateLogStream', stream);
  await call('codedeploy', 'CreateApplication', {
    applicationName: 'shop',
    computePlatform: 'Lambda',
  });
  await call('codedeploy', 'CreateDeploymentGroup', {
    applicationName: 'shop',
    deploymentGroupName: 'live',
    deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent10Minutes',
    serviceRoleArn: 'role',
    alarmConfiguration: { enabled: true, alarms: [{ name: 'rate' }] },
    autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_STOP_ON_ALARM'] },
  });
  await putAlarm();
});
afterEach(() => cloud.stop());

// biome-ignore lint/suspicious/noExplicitAny: each test knows what the operation answers.
function call<T = any>(
  service: string,
  operation: string,
  input: Record<string, unknown>,
): Promise<T> {
  return cloud.host.call<T>(service, operation, input);
}

/** More than a hundredth of at least twenty requests to version 2 in ten minutes. */
async function putAlarm(): Promise<void> {
  const { TopicArn } = await call('sns', 'CreateTopic', { Name: 'pager' });
  const metric = (Id: string, MetricName: string) => ({
    Id,
    ReturnData: false,
    MetricStat: {
      Metric: { Namespace: 'Shop', MetricName, Dimensions: [{ Name: 'Version', Value: '2' }] },
      Period: 600,
      Stat: 'Sum',
    },
  });
  await call('cloudwatch', 'PutMetricAlarm', {
    AlarmName: 'rate',
    AlarmActions: [TopicArn],
    Metrics: [
      { Id: 'rate', Expression: 'IF(requests < 20, 0, FILL(errors, 0) / requests)' },
      metric('requests', 'Requests'),
      metric('errors', 'Errors'),
    ],
    EvaluationPeriods: 1,
    Threshold: 0.01,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  });
}

async function deploy(): Promise<string> {
  const Properties = { Name: 'shop', Alias: 'live', CurrentVersion: '1', TargetVersion: '2' };
  const Resources = [{ shop: { Type: 'AWS::Lambda::Function', Properties } }];
  const { deploymentId } = await call('codedeploy', 'CreateDeployment', {
    applicationName: 'shop',
    deploymentGroupName: 'live',
    revision: {
      revisionType: 'AppSpecContent',
      appSpecContent: { content: JSON.stringify({ version: 0.0, Resources }) },
    },
  });
  await cloud.clock.advance(0);
  return deploymentId;
}

/** A hundred requests a minute go where the alias sends them; version 2 fails as often as told. */
async function traffic(minutes: number, failing: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    const onNew = Math.round(lambda.share * 100);
    const logEvents = Array.from({ length: 100 }, (_, index) => {
      const Version = index < onNew ? '2' : '1';
      return {
        timestamp: 0,
        message: requestLine(Version, Version === '2' && index % 10 < failing),
      };
    });
    await call('logs', 'PutLogEvents', { ...stream, logEvents });
    await cloud.clock.advance(MINUTE);
  }
}

function requestLine(Version: string, failed: boolean): string {
  return JSON.stringify({
    _aws: {
      Timestamp: 0,
      CloudWatchMetrics: [
        {
          Namespace: 'Shop',
          Dimensions: [['Version']],
          Metrics: [{ Name: 'Requests' }, { Name: 'Errors' }],
        },
      ],
    },
    Version,
    Requests: 1,
    Errors: failed ? 1 : 0,
  });
}

async function info(deploymentId: string) {
  return (await call('codedeploy', 'GetDeployment', { deploymentId })).deploymentInfo;
}

describe('a release watched by the metrics in its own log lines', () => {
  it('that fails now and then is taken back within minutes', async () => {
    const id = await deploy();
    await traffic(1, 1);
    const { status, errorInformation } = await info(id);
    expect([status, lambda.share]).toEqual(['InProgress', 0.1]);
    // Ten requests on the new version are too few to tell.
    expect(errorInformation).toBeUndefined();
    await traffic(2, 1);
    const ended = await info(id);
    expect([ended.status, lambda.share]).toEqual(['Stopped', 0]);
    expect(ended.errorInformation.message).toContain(
      'rate (Threshold Crossed: 1 out of the last 1 datapoints',
    );
  });

  it('that works gets all traffic', async () => {
    const id = await deploy();
    await traffic(10, 0);
    expect([(await info(id)).status, lambda.share]).toEqual(['Succeeded', 1]);
  });
});
