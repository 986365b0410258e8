import type { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { type Resource, resourceOf, resourcesOf } from '../../../fixtures/template.ts';
import { endpointStack } from './endpoint-stack.ts';

const plain = endpointStack();
const endpointOf = (stack: Stack) => resourceOf(stack, 'AWS::SageMaker::Endpoint').Properties;
const configOf = (stack: Stack) => resourceOf(stack, 'AWS::SageMaker::EndpointConfig').Properties;

/** The alarms that turn an update back, with the metrics behind them. */
function guards(stack: Stack): readonly Resource[] {
  const names = endpointOf(stack).DeploymentConfig.AutoRollbackConfiguration.Alarms.map(
    ({ AlarmName }: { AlarmName: { Ref: string } }) => AlarmName.Ref,
  );
  return resourcesOf(stack, 'AWS::CloudWatch::Alarm').filter(({ logicalId }) =>
    names.includes(logicalId),
  );
}

describe('An endpoint', () => {
  it('alone has a name: model and configuration are made anew beside those in use', () => {
    expect(endpointOf(plain).EndpointName).toBe('siskin-dev-detect');
    expect(configOf(plain).EndpointConfigName).toBeUndefined();
    expect(resourceOf(plain, 'AWS::SageMaker::Model').Properties.ModelName).toBeUndefined();
    expect(endpointOf(plain).EndpointConfigName).toEqual({
      'Fn::GetAtt': [
        resourceOf(plain, 'AWS::SageMaker::EndpointConfig').logicalId,
        'EndpointConfigName',
      ],
    });
  });

  it('keeps the name of its one variant over releases', () => {
    const [variant, ...others] = configOf(plain).ProductionVariants;
    expect(variant).toMatchObject({
      VariantName: 'live',
      InstanceType: 'ml.g5.xlarge',
      InitialInstanceCount: 1,
    });
    expect(others).toEqual([]);
  });

  it("runs AWS's Triton image of its region, for GPU or CPU, told which model is its own", () => {
    const container = (stack: Stack) =>
      resourceOf(stack, 'AWS::SageMaker::Model').Properties.PrimaryContainer;
    const image = (stack: Stack) => JSON.stringify(container(stack).Image);
    expect(image(plain)).toContain('/sagemaker-tritonserver:24.09-py3"');
    expect(image(plain)).toContain('Fn::FindInMap');
    expect(image(endpointStack(['instance: ml.m5.large']))).toContain(':24.09-py3-cpu"');
    expect(container(plain).Environment.SAGEMAKER_TRITON_DEFAULT_MODEL_NAME).toBe('detect');
  });

  it('runs an image of your own, which its role may pull', () => {
    const uri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/server:1';
    const stack = endpointStack(['engine: image', `image: ${uri}`]);
    const model = resourceOf(stack, 'AWS::SageMaker::Model').Properties;
    expect(model.PrimaryContainer.Image).toBe(uri);
    const policies = JSON.stringify(resourcesOf(stack, 'AWS::IAM::Policy'));
    expect(policies).toContain(':ecr:eu-west-1:123456789012:repository/team/server');
  });

  it('has a role of its own, which reads archives and writes only what is switched on', () => {
    const actions = (stack: Stack) =>
      resourcesOf(stack, 'AWS::IAM::Policy')
        .filter(({ logicalId }) => logicalId.includes('Execution'))
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
        .flatMap(({ Action }) => Action as string | string[]);
    expect(actions(plain)).not.toContain('s3:PutObject');
    expect(actions(plain).some((action) => action.startsWith('ec2:'))).toBe(false);
    expect(actions(endpointStack(['capturePercent: 5']))).toContain('s3:PutObject');
    const vpc = ['subnets: [subnet-0123abcd]', 'securityGroups: [sg-0123abcd]'];
    expect(actions(endpointStack(vpc))).toContain('ec2:CreateNetworkInterface');
    expect(actions(endpointStack(['async: true']))).toContain('sns:Publish');
  });

  it('keeps what it is told to of requests and answers, in the data bucket', () => {
    const capture = configOf(endpointStack(['capturePercent: 25'])).DataCaptureConfig;
    expect(capture).toMatchObject({ EnableCapture: true, InitialSamplingPercentage: 25 });
    expect(JSON.stringify(capture.DestinationS3Uri)).toContain('/capture/detect/');
    expect(configOf(plain).DataCaptureConfig).toBeUndefined();
  });

  it('encrypts with the key that is named, but for disks that the machine encrypts itself', () => {
    const arn = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const lines = [`kmsKey: ${arn}`, 'capturePercent: 5'];
    const local = configOf(endpointStack(lines));
    expect(local.KmsKeyId).toBeUndefined();
    expect(local.DataCaptureConfig.KmsKeyId).toBe(arn);
    expect(configOf(endpointStack(['instance: ml.m5.large', ...lines])).KmsKeyId).toBe(arn);
  });

  it('tells topics of its own about asynchronous answers', () => {
    const stack = endpointStack(['async: true']);
    const { OutputConfig } = configOf(stack).AsyncInferenceConfig;
    const topics = resourcesOf(stack, 'AWS::SNS::Topic');
    expect(topics.map(({ Properties }) => Properties.TopicName).sort()).toEqual([
      'siskin-dev-detect-completed',
      'siskin-dev-detect-failed',
    ]);
    expect(topics.map(({ logicalId }) => logicalId)).toContain(
      OutputConfig.NotificationConfig.SuccessTopic.Ref,
    );
    expect(JSON.stringify(OutputConfig.S3OutputPath)).toContain('/async/detect/answers/');
  });

  it('has exactly one shadow, which gets its share of the requests and is captured whole', () => {
    const stack = endpointStack(['shadowVersion: 1'], ['rollout: {strategy: shadow, percent: 40}']);
    const config = configOf(stack);
    expect(config.ProductionVariants).toHaveLength(1);
    expect(config.ShadowProductionVariants).toMatchObject([
      { VariantName: 'shadow', InitialVariantWeight: 0.4 },
    ]);
    expect(config.DataCaptureConfig.InitialSamplingPercentage).toBe(100);
    expect(resourcesOf(stack, 'AWS::SageMaker::Model')).toHaveLength(2);
  });
});

describe('The guardrails of an endpoint', () => {
  it('are alarms on the errors and the latency of the new fleet alone', () => {
    const alarms = guards(plain);
    expect(alarms).toHaveLength(2);
    const used = alarms.flatMap(({ Properties }) =>
      Properties.Metrics.flatMap(({ MetricStat }: { MetricStat?: { Metric: unknown } }) =>
        MetricStat ? [MetricStat.Metric] : [],
      ),
    ) as { MetricName: string; Dimensions: { Name: string; Value: unknown }[] }[];
    expect(used.map(({ MetricName }) => MetricName)).toEqual(
      expect.arrayContaining(['Invocations', 'Invocation5XXErrors', 'ModelLatency']),
    );
    for (const { Dimensions } of used) {
      expect(Dimensions.map(({ Name }) => Name).sort()).toEqual([
        'EndpointConfigName',
        'EndpointName',
        'VariantName',
      ]);
    }
  });

  it('take the latency of model.yaml in microseconds', () => {
    const stack = endpointStack([], ['alarms: {p95LatencyMs: 250, errorRate: 0.05}']);
    const thresholds = guards(stack).map(({ Properties }) => Properties.Threshold);
    expect(thresholds.sort()).toEqual([0.05, 250_000]);
  });

  it('are new with each release, for an alarm that is red would turn back its own repair', () => {
    const ids = (stack: Stack) => guards(stack).map(({ logicalId }) => logicalId);
    expect(ids(endpointStack())).toEqual(ids(plain));
    const next = ids(endpointStack([], ['live: 1']));
    expect(ids(plain).filter((id) => next.includes(id))).toEqual([]);
  });

  it('are no part of the emergency way', () => {
    const stack = endpointStack([], [], { rollout: 'all-at-once' });
    expect(endpointOf(stack).DeploymentConfig).toEqual({
      BlueGreenUpdatePolicy: {
        TerminationWaitInSeconds: 0,
        TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 },
      },
    });
  });
});

describe('An endpoint that scales to zero', () => {
  const stack = endpointStack(
    ['scaleToZero: true', 'maxInstances: 2'],
    ['rollout: {strategy: rolling, minutes: 5}'],
  );

  it('is a fleet without a model, and the model a component on it', () => {
    const [variant] = configOf(stack).ProductionVariants;
    expect(variant.ModelName).toBeUndefined();
    expect(variant.ManagedInstanceScaling).toEqual({
      Status: 'ENABLED',
      MinInstanceCount: 0,
      MaxInstanceCount: 2,
    });
    expect(configOf(stack).ExecutionRoleArn).toBeDefined();
    expect(resourceOf(stack, 'AWS::SageMaker::InferenceComponent').Properties).toMatchObject({
      EndpointName: 'siskin-dev-detect',
      VariantName: 'live',
      Specification: { ComputeResourceRequirements: { NumberOfAcceleratorDevicesRequired: 1 } },
      DeploymentConfig: {
        RollingUpdatePolicy: {
          MaximumBatchSize: { Type: 'COPY_COUNT', Value: 1 },
          WaitIntervalInSeconds: 300,
        },
      },
    });
  });

  it('is not replaced as a fleet when only the model is released', () => {
    const next = endpointStack(
      ['scaleToZero: true', 'maxInstances: 2'],
      ['live: 1', 'rollout: {strategy: rolling, minutes: 5}'],
    );
    expect(configOf(next)).toEqual(configOf(stack));
    expect(endpointOf(next)).toEqual(endpointOf(stack));
  });

  it('wakes at the first request that finds no copy', () => {
    const [wake] = resourcesOf(stack, 'AWS::CloudWatch::Alarm').filter(
      ({ Properties }) => Properties.MetricName === 'NoCapacityInvocationFailures',
    );
    const [step] = resourcesOf(stack, 'AWS::ApplicationAutoScaling::ScalingPolicy').filter(
      ({ Properties }) => Properties.PolicyType === 'StepScaling',
    );
    expect(wake?.Properties.AlarmActions).toEqual([{ Ref: step?.logicalId }]);
    expect(wake?.Properties.Dimensions).toEqual([
      { Name: 'InferenceComponentName', Value: 'siskin-dev-detect' },
    ]);
  });
});
