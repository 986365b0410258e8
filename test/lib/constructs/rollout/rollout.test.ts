import type { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { inferenceApp, oneModel, type RepositoryFiles } from '../../../fixtures/inference-app.ts';
import { type Resource, resourceOf, resourcesOf } from '../../../fixtures/template.ts';

const modelStack = (files?: RepositoryFiles, context?: Record<string, unknown>): Stack =>
  inferenceApp(files, context).models[0] as Stack;

const withYaml = (yaml: string): RepositoryFiles => ({ ...oneModel, 'plus/model.yaml': yaml });

const plain = modelStack();

/** The alarms that CodeDeploy watches, by the word in their expression. */
function releaseAlarms(stack: Stack): { errorRate: Resource; latency: Resource } {
  const watched = resourceOf(stack, 'AWS::CodeDeploy::DeploymentGroup').Properties;
  const ids = watched.AlarmConfiguration.Alarms.map(
    ({ Name }: { Name: { Ref: string } }) => Name.Ref,
  );
  const alarms = resourcesOf(stack, 'AWS::CloudWatch::Alarm').filter(({ logicalId }) =>
    ids.includes(logicalId),
  );
  const using = (word: string) => {
    const found = alarms.filter(({ Properties }) =>
      Properties.Metrics[0].Expression.includes(word),
    );
    if (found.length !== 1) throw new Error(`${found.length} alarms use ${word}`);
    return found[0] as Resource;
  };
  expect(alarms).toHaveLength(2);
  return { errorRate: using('modelErrors'), latency: using('latency') };
}

function metricsOf(alarm: Resource) {
  const stats = alarm.Properties.Metrics.filter((one: object) => 'MetricStat' in one);
  return Object.fromEntries(
    stats.map(({ Id, MetricStat }: { Id: string; MetricStat: Record<string, unknown> }) => [
      Id,
      MetricStat,
    ]),
  );
}

describe('The release of a model', () => {
  it('goes through CodeDeploy, with a check before any traffic', () => {
    const { UpdatePolicy } = resourceOf(plain, 'AWS::Lambda::Alias');
    const group = resourceOf(plain, 'AWS::CodeDeploy::DeploymentGroup');
    expect(UpdatePolicy.CodeDeployLambdaAliasUpdate).toEqual({
      ApplicationName: { Ref: resourceOf(plain, 'AWS::CodeDeploy::Application').logicalId },
      DeploymentGroupName: { Ref: group.logicalId },
      BeforeAllowTrafficHook: { Ref: checkOf(plain).logicalId },
    });
  });

  it('rolls back on failure, on a stop and on an alarm', () => {
    const { Properties } = resourceOf(plain, 'AWS::CodeDeploy::DeploymentGroup');
    expect(Properties.AutoRollbackConfiguration.Events.sort()).toEqual([
      'DEPLOYMENT_FAILURE',
      'DEPLOYMENT_STOP_ON_ALARM',
      'DEPLOYMENT_STOP_ON_REQUEST',
    ]);
  });

  it('changes the alias last', () => {
    const dependencies = resourceOf(plain, 'AWS::Lambda::Alias').DependsOn ?? [];
    const { errorRate, latency } = releaseAlarms(plain);
    expect(dependencies).toEqual(
      expect.arrayContaining([
        resourceOf(plain, 'AWS::CodeDeploy::DeploymentGroup').logicalId,
        checkOf(plain).logicalId,
        errorRate.logicalId,
        latency.logicalId,
      ]),
    );
  });

  it('shifts traffic as model.yaml says', () => {
    const stack = modelStack(withYaml('rollout: {strategy: linear, percent: 10, minutes: 2}\n'));
    const { DeploymentConfigName } = resourceOf(
      stack,
      'AWS::CodeDeploy::DeploymentGroup',
    ).Properties;
    expect(DeploymentConfigName).toBe('CodeDeployDefault.LambdaLinear10PercentEvery2Minutes');
  });

  it('goes all at once in an emergency', () => {
    const stack = modelStack(oneModel, { rollout: 'all-at-once' });
    const { DeploymentConfigName } = resourceOf(
      stack,
      'AWS::CodeDeploy::DeploymentGroup',
    ).Properties;
    expect(DeploymentConfigName).toBe('CodeDeployDefault.LambdaAllAtOnce');
  });
});

describe('The check before traffic', () => {
  it('is told which Lambda version to call and which alias serves', () => {
    const { Variables } = checkOf(plain).Properties.Environment;
    const version = resourceOf(plain, 'AWS::Lambda::Version');
    expect(Variables.SISKIN_CHECKED_VERSION).toEqual({ Ref: version.logicalId });
    expect(JSON.stringify(Variables.SISKIN_LIVE_ALIAS)).toContain('siskin-dev-plus:live');
  });

  it('runs on a first deployment as well, as a resource after the alias', () => {
    const first = resourceOf(plain, 'Custom::FirstDeploymentCheck');
    expect(first.DependsOn).toContain(resourceOf(plain, 'AWS::Lambda::Alias').logicalId);
  });

  it('runs there once: its properties are the same in every release', () => {
    const next = modelStack({ ...oneModel, 'plus/2/model.onnx': 2 });
    expect(resourceOf(next, 'Custom::FirstDeploymentCheck').Properties).toEqual(
      resourceOf(plain, 'Custom::FirstDeploymentCheck').Properties,
    );
  });
});

describe('The alarms of a release', () => {
  const { errorRate, latency } = releaseAlarms(plain);
  const version = {
    'Fn::GetAtt': [resourceOf(plain, 'AWS::Lambda::Version').logicalId, 'Version'],
  };
  const ofSiskin = [
    { Name: 'FunctionVersion', Value: version },
    { Name: 'Model', Value: 'plus' },
  ];
  const ofLambda = [
    { Name: 'ExecutedVersion', Value: version },
    { Name: 'FunctionName', Value: 'siskin-dev-plus' },
    { Name: 'Resource', Value: 'siskin-dev-plus:live' },
  ];

  it('look at the new Lambda version alone, under the dimensions that are emitted', () => {
    expect(metricsOf(errorRate)).toMatchObject({
      invocations: { Metric: { MetricName: 'Invocations', Dimensions: ofLambda } },
      crashes: { Metric: { MetricName: 'Errors', Dimensions: ofLambda } },
      modelErrors: { Metric: { MetricName: 'ModelErrors', Dimensions: ofSiskin } },
      serverErrors: { Metric: { MetricName: 'ServerErrors', Dimensions: ofSiskin } },
    });
    expect(metricsOf(latency).latency).toMatchObject({
      Metric: { Namespace: 'Siskin', MetricName: 'Latency', Dimensions: ofSiskin },
      Stat: 'p95',
    });
  });

  it('judge nothing below the smallest number of requests', () => {
    const stack = modelStack(withYaml('alarms: {minRequests: 50}\n'));
    const alarms = releaseAlarms(stack);
    for (const { Properties } of [alarms.errorRate, alarms.latency]) {
      expect(Properties.Metrics[0].Expression).toMatch(/^IF\(invocations < 50, 0, /);
    }
  });

  it('have the limits of model.yaml', () => {
    const stack = modelStack(withYaml('alarms: {errorRate: 0.05, p95LatencyMs: 250}\n'));
    const alarms = releaseAlarms(stack);
    expect(alarms.errorRate.Properties.Threshold).toBe(0.05);
    expect(alarms.latency.Properties.Threshold).toBe(250);
  });

  it('look back over the whole rollout', () => {
    const periods = Object.values(metricsOf(errorRate)).map(
      (metric) => (metric as { Period: number }).Period,
    );
    expect(periods).toEqual([600, 600, 600, 600]);
  });

  it('take no requests for no evidence', () => {
    expect(errorRate.Properties.TreatMissingData).toBe('notBreaching');
    expect(latency.Properties.TreatMissingData).toBe('notBreaching');
  });

  it('have no name and are fresh for each release: a red model must not turn back its own repair', () => {
    const next = releaseAlarms(modelStack({ ...oneModel, 'plus/2/model.onnx': 2 }));
    expect(next.errorRate.logicalId).not.toBe(errorRate.logicalId);
    expect(next.latency.logicalId).not.toBe(latency.logicalId);
    expect(errorRate.Properties.AlarmName).toBeUndefined();
    expect(latency.Properties.AlarmName).toBeUndefined();
  });

  it('call the critical topic', () => {
    expect(JSON.stringify(errorRate.Properties.AlarmActions)).toContain(
      'siskin-dev-alarms-critical',
    );
  });
});

describe('Throttles', () => {
  const watched = Object.values(releaseAlarms(plain)).map(({ logicalId }) => logicalId);
  const [alarm] = resourcesOf(plain, 'AWS::CloudWatch::Alarm').filter(
    ({ logicalId }) => !watched.includes(logicalId),
  );

  it('notify the warning topic and never roll back', () => {
    expect(alarm?.Properties.MetricName).toBe('Throttles');
    expect(JSON.stringify(alarm?.Properties.AlarmActions)).toContain('siskin-dev-alarms-warning');
  });
});

describe('Provisioned concurrency', () => {
  it('is refused together with weighted shifting', () => {
    expect(() => modelStack(withYaml('provisionedConcurrency: 2\n'))).toThrow(
      /Lambda refuses weights on an alias with provisioned concurrency/,
    );
  });

  it('is set on the alias when all traffic goes at once', () => {
    const stack = modelStack(
      withYaml('provisionedConcurrency: 2\nrollout: {strategy: all-at-once}\n'),
    );
    const { ProvisionedConcurrencyConfig } = resourceOf(stack, 'AWS::Lambda::Alias').Properties;
    expect(ProvisionedConcurrencyConfig).toEqual({ ProvisionedConcurrentExecutions: 2 });
  });
});

function checkOf(stack: Stack): Resource {
  const [check] = resourcesOf(stack, 'AWS::Lambda::Function').filter(
    ({ Properties }) => Properties.Environment.Variables.SISKIN_CHECKED_VERSION,
  );
  if (!check) throw new Error('no check');
  return check;
}
