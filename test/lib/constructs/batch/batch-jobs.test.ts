import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { inferenceApp } from '../../../fixtures/inference-app.ts';

const appWith = (batch: string, context = {}) =>
  inferenceApp({ 'plus/1/model.onnx': 1, 'plus/model.yaml': `batch: {${batch}}\n` }, context);
const templateOf = (batch: string, context = {}) =>
  Template.fromStack(appWith(batch, context).models[0] as never);

describe('A model with a block batch:', () => {
  const template = templateOf('workers: 8, vcpus: 2, onDemandAfter: 4, timeout: 60');

  it('has a queue on Spot capacity and one on demand, both without a machine while nothing runs', () => {
    const common = { MinvCpus: 0, MaxvCpus: 16, InstanceTypes: Match.arrayWith(['c7i', 'm7i']) };
    template.resourceCountIs('AWS::Batch::JobQueue', 2);
    template.hasResourceProperties('AWS::Batch::ComputeEnvironment', {
      ComputeResources: {
        ...common,
        Type: 'SPOT',
        AllocationStrategy: 'SPOT_PRICE_CAPACITY_OPTIMIZED',
      },
    });
    template.hasResourceProperties('AWS::Batch::ComputeEnvironment', {
      ComputeResources: { ...common, Type: 'EC2' },
    });
  });

  it('runs its workers in the public Node image, told where code and model are', () => {
    template.hasResourceProperties('AWS::Batch::JobDefinition', {
      JobDefinitionName: 'siskin-dev-plus-batch',
      Timeout: { AttemptDurationSeconds: 3600 },
      ContainerProperties: {
        Image: 'public.ecr.aws/docker/library/node:24-slim',
        Command: ['node', '-e', Match.anyValue()],
        ResourceRequirements: Match.arrayWith([
          { Type: 'MEMORY', Value: '3584' },
          { Type: 'VCPU', Value: '2' },
        ]),
        Environment: Match.arrayWith(
          ['SISKIN_BATCH_CODE', 'SISKIN_BATCH_ONNXRUNTIME', 'SISKIN_BATCH_MODEL'].map((Name) =>
            Match.objectLike({ Name }),
          ),
        ),
      },
    });
  });

  it('tries a worker again whose machine was taken away, and not one that has failed', () => {
    template.hasResourceProperties('AWS::Batch::JobDefinition', {
      RetryStrategy: {
        Attempts: 4,
        EvaluateOnExit: [
          { OnStatusReason: 'Host EC2*', Action: 'RETRY' },
          { OnReason: 'CannotPullContainerError:*', Action: 'RETRY' },
          { OnExitCode: '143', Action: 'RETRY' },
          { OnExitCode: '137', Action: 'RETRY' },
          { OnExitCode: '*', Action: 'EXIT' },
        ],
      },
    });
  });

  it('has a state machine that logs, is traced, and may end the jobs that it starts', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineName: 'siskin-dev-plus-batch',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL' },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Action: 'batch:TerminateJob' })]),
      },
    });
  });

  it('lets its jobs read and write their own prefix of the data bucket, and no other', () => {
    const policies = Object.values(template.findResources('AWS::IAM::Policy')).map((policy) =>
      JSON.stringify(policy.Properties),
    );
    const writing = policies.filter((policy) => policy.includes('s3:PutObject'));
    expect(writing).toHaveLength(3); // planner, verifier, worker
    for (const policy of writing) expect(policy).toContain('/batch/plus/*');
    expect(policies.filter((policy) => policy.includes('other-data'))).toEqual([]);
  });

  it('starts no job by itself', () => {
    template.resourceCountIs('AWS::Events::Rule', 0);
  });
});

describe('Jobs that start by themselves', () => {
  it('start with each object that arrives under the prefix', () => {
    templateOf('input: in/').hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { object: { key: [{ prefix: 'batch/plus/in/' }] } },
      },
    });
  });

  it('or on a schedule, over what is new', () => {
    templateOf('input: in/, schedule: rate(1 day)').hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 day)',
      EventPattern: Match.absent(),
      Targets: [
        Match.objectLike({
          InputTransformer: {
            InputTemplate: Match.objectLike({
              'Fn::Join': Match.arrayWith([
                Match.arrayWith([Match.stringLikeRegexp('"onlyNew":true')]),
              ]),
            }),
          },
        }),
      ],
    });
  });
});

describe('Workers on Fargate', () => {
  it('need no instances, and know the interruption by its own words', () => {
    const template = templateOf('compute: fargate-spot');
    template.resourceCountIs('AWS::IAM::InstanceProfile', 0);
    template.hasResourceProperties('AWS::Batch::ComputeEnvironment', {
      ComputeResources: { Type: 'FARGATE_SPOT', InstanceTypes: Match.absent() },
    });
    template.hasResourceProperties('AWS::Batch::JobDefinition', {
      PlatformCapabilities: ['FARGATE'],
      RetryStrategy: {
        EvaluateOnExit: Match.arrayWith([
          { OnStatusReason: 'Your Spot Task was interrupted*', Action: 'RETRY' },
        ]),
      },
    });
  });
});

describe('The processor of the workers', () => {
  it('is the one that the deployment is built for', () => {
    templateOf('', { architecture: 'arm64' }).hasResourceProperties(
      'AWS::Batch::ComputeEnvironment',
      { ComputeResources: { InstanceTypes: Match.arrayWith(['c8g']) } },
    );
    expect(() => appWith('families: [c7g, m7i]')).toThrow(
      'Model plus: batch.families c7g are arm64, but this deployment is built for x86_64',
    );
  });
});

describe('The platform', () => {
  it('has a network only where a model runs batch jobs', () => {
    const without = Template.fromStack(inferenceApp().platform);
    without.resourceCountIs('AWS::EC2::VPC', 0);
    const template = Template.fromStack(appWith('').platform);
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 1);
    template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/siskin/dev/batch/subnets' });
  });

  it('hears of each object in the data bucket', () => {
    Template.fromStack(inferenceApp().platform).hasResourceProperties('AWS::S3::Bucket', {
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
  });
});
