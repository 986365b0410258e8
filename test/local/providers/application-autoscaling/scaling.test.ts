import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EndpointCloud, eventually, IMAGE } from '../sagemaker/endpoint-cloud.ts';

const MINUTE = 60_000;
const variant = {
  ServiceNamespace: 'sagemaker',
  ResourceId: 'endpoint/shop/variant/live',
  ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
};
const component = {
  ServiceNamespace: 'sagemaker',
  ResourceId: 'inference-component/net',
  ScalableDimension: 'sagemaker:inference-component:DesiredCopyCount',
};

let cloud: EndpointCloud;

beforeEach(async () => {
  cloud = await EndpointCloud.start();
});
afterEach(() => cloud.stop());

// biome-ignore lint/suspicious/noExplicitAny: each test knows what the operation answers.
function scaling<T = any>(operation: string, input: Record<string, unknown>): Promise<T> {
  return cloud.host.call<T>('application-autoscaling', operation, input);
}

function track(TargetValue: number, more: object = {}) {
  return scaling('PutScalingPolicy', {
    ...variant,
    PolicyName: 'load',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue,
      PredefinedMetricSpecification: {
        PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance',
      },
      ScaleOutCooldown: 60,
      ScaleInCooldown: 300,
      ...more,
    },
  });
}

/** So many minutes with so many requests each. */
async function load(minutes: number, requests: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    for (let i = 0; i < requests; i++) await cloud.invoke('x');
    await cloud.clock.advance(MINUTE);
  }
}

const instances = async () => {
  const endpoint = await cloud.until(({ EndpointStatus }) => EndpointStatus === 'InService');
  return endpoint.ProductionVariants[0].DesiredInstanceCount;
};

describe('target tracking', () => {
  it('adds the instances that the load needs, and takes them away when it ends', async () => {
    await cloud.endpoint('one');
    await scaling('RegisterScalableTarget', { ...variant, MinCapacity: 1, MaxCapacity: 2 });
    await track(2);
    await load(4, 4);
    expect(await instances()).toBe(2);
    await cloud.clock.advance(25 * MINUTE);
    expect(await instances()).toBe(1);
    const { ScalingActivities } = await scaling('DescribeScalingActivities', {
      ServiceNamespace: 'sagemaker',
    });
    expect(ScalingActivities).toMatchObject([
      { Description: 'Setting desired instance count to 1.', StatusCode: 'Successful' },
      {
        Description: 'Setting desired instance count to 2.',
        Cause: expect.stringMatching(
          /^monitor alarm TargetTracking-endpoint\/shop\/variant\/live-AlarmHigh-/,
        ),
      },
    ]);
  });

  it('goes no further than its target allows', async () => {
    await cloud.endpoint('one');
    await scaling('RegisterScalableTarget', { ...variant, MinCapacity: 1, MaxCapacity: 2 });
    await track(1);
    await load(4, 9);
    expect(await instances()).toBe(2);
  });

  it('makes its alarms, and takes them along when it is deleted', async () => {
    await cloud.endpoint('one');
    await scaling('RegisterScalableTarget', { ...variant, MinCapacity: 1, MaxCapacity: 2 });
    const { Alarms, PolicyARN } = await track(10);
    expect(Alarms).toHaveLength(2);
    expect(PolicyARN).toMatch(
      /^arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:[0-9a-f-]+:resource\/sagemaker\/endpoint\/shop\/variant\/live:policyName\/load$/,
    );
    const alarms = async () =>
      (await cloud.host.call<{ MetricAlarms: object[] }>('cloudwatch', 'DescribeAlarms', {}))
        .MetricAlarms;
    expect(await alarms()).toMatchObject([
      { Threshold: 10, EvaluationPeriods: 3 },
      { Threshold: 9, EvaluationPeriods: 15 },
    ]);
    await track(10, { DisableScaleIn: true });
    expect(await alarms()).toHaveLength(1);
    await scaling('DeregisterScalableTarget', variant);
    expect(await alarms()).toEqual([]);
    const { ScalingPolicies } = await scaling('DescribeScalingPolicies', {
      ServiceNamespace: 'sagemaker',
    });
    expect(ScalingPolicies).toEqual([]);
  });
});

describe('a scheduled action', () => {
  it('sets limits by the clock, in its time zone', async () => {
    await cloud.endpoint('one', { InitialInstanceCount: 2 });
    await scaling('RegisterScalableTarget', { ...variant, MinCapacity: 2, MaxCapacity: 2 });
    await scaling('PutScheduledAction', {
      ...variant,
      ScheduledActionName: 'rest',
      Schedule: 'cron(0 3 * * ? *)',
      Timezone: 'Europe/Berlin',
      ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 1 },
    });
    await cloud.clock.advance(119 * MINUTE);
    expect(await instances()).toBe(2);
    await cloud.clock.advance(MINUTE);
    expect(await instances()).toBe(1);
    const { ScalableTargets } = await scaling('DescribeScalableTargets', {
      ServiceNamespace: 'sagemaker',
    });
    expect(ScalableTargets).toMatchObject([{ MinCapacity: 1, MaxCapacity: 1 }]);
  });

  it('is refused with a schedule that cannot be read', async () => {
    await cloud.endpoint('one');
    await scaling('RegisterScalableTarget', { ...variant, MinCapacity: 1, MaxCapacity: 2 });
    const action = { ...variant, ScheduledActionName: 'x', Schedule: 'every day' };
    await expect(scaling('PutScheduledAction', action)).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining('every day'),
    });
  });
});

describe('an inference component', () => {
  beforeEach(async () => {
    await cloud.call('CreateEndpointConfig', {
      EndpointConfigName: 'hosts',
      ExecutionRoleArn: 'arn:aws:iam::000000000000:role/test',
      ProductionVariants: [
        {
          VariantName: 'live',
          InstanceType: 'ml.g5.xlarge',
          InitialInstanceCount: 1,
          ManagedInstanceScaling: { Status: 'ENABLED', MinInstanceCount: 0, MaxInstanceCount: 2 },
        },
      ],
    });
    await cloud.call('CreateEndpoint', { EndpointName: 'shop', EndpointConfigName: 'hosts' });
    await cloud.until(({ EndpointStatus }) => EndpointStatus === 'InService');
    await cloud.call('CreateInferenceComponent', {
      InferenceComponentName: 'net',
      EndpointName: 'shop',
      VariantName: 'live',
      Specification: { Container: { Image: IMAGE, Environment: { VERSION: 'one' } } },
      RuntimeConfig: { CopyCount: 1 },
    });
    await copies(1);
  });

  const describeNet = () =>
    cloud.call('DescribeInferenceComponent', { InferenceComponentName: 'net' });
  const copies = (count: number) =>
    eventually(async () => {
      const net = await describeNet();
      const { CurrentCopyCount } = net.RuntimeConfig;
      return net.InferenceComponentStatus === 'InService' && CurrentCopyCount === count
        ? net
        : undefined;
    });
  const ask = (more: object = { InferenceComponentName: 'net' }) => cloud.invoke('x', { ...more });

  it('answers those who name it', async () => {
    expect((await ask()).version).toBe('one');
    await expect(ask({})).rejects.toThrow('Inference Component Name header is required');
    await expect(ask({ InferenceComponentName: 'none' })).rejects.toThrow('none');
    expect(await cloud.sum('InvocationsPerCopy', { InferenceComponentName: 'net' })).toBe(1);
    await expect(cloud.call('DeleteEndpoint', { EndpointName: 'shop' })).rejects.toThrow('net');
  });

  it('sleeps at zero copies, and the first request wakes it', async () => {
    await scaling('RegisterScalableTarget', { ...component, MinCapacity: 0, MaxCapacity: 2 });
    const { PolicyARN } = await scaling('PutScalingPolicy', {
      ...component,
      PolicyName: 'wake',
      PolicyType: 'StepScaling',
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'ChangeInCapacity',
        Cooldown: 300,
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
      },
    });
    await cloud.host.call('cloudwatch', 'PutMetricAlarm', {
      AlarmName: 'wake',
      Namespace: 'AWS/SageMaker',
      MetricName: 'NoCapacityInvocationFailures',
      Dimensions: [{ Name: 'InferenceComponentName', Value: 'net' }],
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [PolicyARN],
    });
    await cloud.call('UpdateInferenceComponentRuntimeConfig', {
      InferenceComponentName: 'net',
      DesiredRuntimeConfig: { CopyCount: 0 },
    });
    await copies(0);
    await expect(ask()).rejects.toMatchObject({
      code: 'ValidationError',
      message: expect.stringContaining('Inference Component has no capacity'),
    });
    await cloud.clock.advance(2 * MINUTE);
    await copies(1);
    expect((await ask()).version).toBe('one');
    // One alarm, one copy: it has gone off once only.
    await cloud.clock.advance(5 * MINUTE);
    expect((await copies(1)).RuntimeConfig.DesiredCopyCount).toBe(1);
  });

  it('is updated copy by copy', async () => {
    await cloud.call('UpdateInferenceComponent', {
      InferenceComponentName: 'net',
      Specification: { Container: { Image: IMAGE, Environment: { VERSION: 'two' } } },
      DeploymentConfig: {
        RollingUpdatePolicy: {
          MaximumBatchSize: { Type: 'COPY_COUNT', Value: 1 },
          WaitIntervalInSeconds: 60,
        },
      },
    });
    await eventually(async () => ((await ask()).version === 'two' ? true : undefined));
    expect((await describeNet()).InferenceComponentStatus).toBe('Updating');
    await cloud.clock.advance(MINUTE);
    await copies(1);
    expect((await ask()).version).toBe('two');
  });

  it('keeps its copies when those of an update do not come up', async () => {
    await cloud.call('UpdateInferenceComponent', {
      InferenceComponentName: 'net',
      Specification: { Container: { Image: IMAGE, Environment: { NEVER_READY: 'yes' } } },
    });
    await eventually(async () => {
      await cloud.clock.advance(MINUTE);
      return (await describeNet()).InferenceComponentStatus === 'InService' ? true : undefined;
    });
    expect((await describeNet()).FailureReason).toContain('did not pass the ping health check');
    expect((await ask()).version).toBe('one');
  });
});

describe('a scalable target', () => {
  it.each([
    ['without limits', variant, {}, 'MinCapacity and MaxCapacity'],
    ['with crossed limits', variant, { MinCapacity: 3, MaxCapacity: 1 }, 'cannot be less'],
    [
      'of another service',
      { ...variant, ScalableDimension: 'ecs:service:DesiredCount' },
      { MinCapacity: 1, MaxCapacity: 2 },
      'SageMaker only',
    ],
    [
      'of a variant that does not exist',
      { ...variant, ResourceId: 'endpoint/shop/variant/none' },
      { MinCapacity: 1, MaxCapacity: 2 },
      'has no variant none',
    ],
  ])('%s is refused', async (_what, key, limits, problem) => {
    await cloud.endpoint('one');
    const call = scaling('RegisterScalableTarget', { ...key, ...limits });
    await expect(call).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining(problem),
    });
  });

  it('that is not registered has no policies', async () => {
    await expect(track(1)).rejects.toMatchObject({ code: 'ObjectNotFoundException' });
  });
});
