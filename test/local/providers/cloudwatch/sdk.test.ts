import {
  CloudWatchClient,
  DashboardNotFoundError,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  GetMetricDataCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  ApplicationDoesNotExistException,
  CodeDeployClient,
  CreateApplicationCommand,
  GetApplicationCommand,
  GetDeploymentConfigCommand,
} from '@aws-sdk/client-codedeploy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../local/host/manual-clock.ts';
import { createCloudwatchProvider } from '../../../../local/providers/cloudwatch/index.ts';
import { createCodedeployProvider } from '../../../../local/providers/codedeploy/index.ts';
import { startTestCloud, type TestCloud } from '../../../fixtures/local-cloud.ts';

const clock = new ManualClock();
let cloud: TestCloud;
let cloudWatch: CloudWatchClient;
let codeDeploy: CodeDeployClient;

beforeAll(async () => {
  cloud = await startTestCloud({
    clock,
    providers: { cloudwatch: createCloudwatchProvider, codedeploy: createCodedeployProvider },
  });
  cloudWatch = new CloudWatchClient(cloud.client);
  codeDeploy = new CodeDeployClient(cloud.client);
});
afterAll(async () => {
  cloudWatch.destroy();
  codeDeploy.destroy();
  await cloud.stop();
});

describe('unmodified SDK clients', () => {
  it('put metrics, read them back and watch them with an alarm', async () => {
    const Metric = { Namespace: 'Shop', MetricName: 'Errors' };
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        ...Metric,
        AlarmName: 'errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    const MetricData = [{ MetricName: 'Errors', Value: 2.5, Unit: 'Count' as const }];
    await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
    const StartTime = new Date(clock.now());
    await clock.advance(60_000);
    const { MetricDataResults } = await cloudWatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: [{ Id: 'm1', MetricStat: { Metric, Period: 60, Stat: 'p99' } }],
        StartTime,
        EndTime: new Date(clock.now()),
      }),
    );
    expect(MetricDataResults?.[0]).toMatchObject({ Timestamps: [StartTime], Values: [2.5] });
    const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms?.[0]).toMatchObject({
      StateValue: 'ALARM',
      StateUpdatedTimestamp: new Date(clock.now()),
    });
  });

  it('are told of mistakes in the errors that they know', async () => {
    const dashboard = cloudWatch.send(new GetDashboardCommand({ DashboardName: 'none' }));
    await expect(dashboard).rejects.toBeInstanceOf(DashboardNotFoundError);
    const application = codeDeploy.send(new GetApplicationCommand({ applicationName: 'none' }));
    await expect(application).rejects.toBeInstanceOf(ApplicationDoesNotExistException);
  });

  it('find the deployment configs of every account, and make applications', async () => {
    const deploymentConfigName = 'CodeDeployDefault.LambdaCanary10Percent5Minutes';
    const { deploymentConfigInfo } = await codeDeploy.send(
      new GetDeploymentConfigCommand({ deploymentConfigName }),
    );
    expect(deploymentConfigInfo?.trafficRoutingConfig?.timeBasedCanary?.canaryInterval).toBe(5);
    const application = { applicationName: 'shop', computePlatform: 'Lambda' as const };
    await codeDeploy.send(new CreateApplicationCommand(application));
    const found = await codeDeploy.send(new GetApplicationCommand({ applicationName: 'shop' }));
    expect(found.application?.createTime).toEqual(new Date(clock.now()));
  });
});
