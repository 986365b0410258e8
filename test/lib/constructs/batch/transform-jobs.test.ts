import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { inferenceApp } from '../../../fixtures/inference-app.ts';
import { endpointFiles, endpointStack } from '../sagemaker-model/endpoint-stack.ts';

const batch = ['batch: {input: in/, instances: 2, timeout: 60}'];

describe('A model on SageMaker with a block batch:', () => {
  const stack = endpointStack([], batch);
  const template = Template.fromStack(stack);
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const text = machine?.Properties.DefinitionString['Fn::Join'][1] as (string | object)[];
  const flow = JSON.parse(text.map((part) => (typeof part === 'string' ? part : 'REF')).join(''));

  it('runs its jobs by transform jobs, one request a line, on the instances it names', () => {
    expect(flow.States.Transform).toMatchObject({
      Resource: 'arn:aws:states:::sagemaker:createTransformJob.sync',
      TimeoutSeconds: 3600,
      Parameters: {
        'TransformJobName.$': '$.jobName',
        BatchStrategy: 'SingleRecord',
        TransformInput: { SplitType: 'Line', ContentType: 'application/json' },
        TransformOutput: { AssembleWith: 'Line' },
        TransformResources: { InstanceType: 'ml.g5.xlarge', InstanceCount: 2 },
      },
    });
    const { MaxConcurrentTransforms, MaxPayloadInMB } = flow.States.Transform.Parameters;
    expect(MaxConcurrentTransforms * MaxPayloadInMB).toBeLessThanOrEqual(100);
  });

  it('tells the state machine the name of the model, which each release makes anew', () => {
    const models = template.findResources('AWS::SageMaker::Model');
    expect(Object.keys(models)).toHaveLength(2);
    for (const { Properties } of Object.values(models)) {
      expect(Properties.ModelName).toBeUndefined();
    }
    const named = text.filter((part) => JSON.stringify(part).includes('ModelName"'));
    expect(named).toContainEqual({
      'Fn::GetAtt': [expect.stringMatching(/^BatchModel/), 'ModelName'],
    });
  });

  it('has no workers, queues or network', () => {
    template.resourceCountIs('AWS::Batch::JobQueue', 0);
    template.resourceCountIs('AWS::Batch::JobDefinition', 0);
    const app = inferenceApp(endpointFiles([], batch));
    Template.fromStack(app.platform as Stack).resourceCountIs('AWS::EC2::VPC', 0);
  });

  it('lets its state machine start, watch and end jobs of its own name, with one role', () => {
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const about = (action: string) =>
      statements.find(({ Action }) => JSON.stringify(Action).includes(action));
    expect(about('sagemaker:StopTransformJob').Action).toEqual([
      'sagemaker:AddTags',
      'sagemaker:CreateTransformJob',
      'sagemaker:DescribeTransformJob',
      'sagemaker:StopTransformJob',
    ]);
    expect(JSON.stringify(about('sagemaker:CreateTransformJob').Resource)).toContain(
      ':transform-job/siskin-dev-detect-batch-*',
    );
    expect(about('iam:PassRole')).toMatchObject({
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^BatchExecutionRole/), 'Arn'] },
      Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    });
    expect(JSON.stringify(about('events:PutRule').Resource)).toContain(
      'rule/StepFunctionsGetEventsForSageMakerTransformJobsRule',
    );
  });

  it('gives nobody all of SageMaker', () => {
    expect(JSON.stringify(template.toJSON())).not.toContain('AmazonSageMakerFullAccess');
  });

  it('follows the endpoint’s release', () => {
    const [endpoint] = Object.keys(template.findResources('AWS::SageMaker::Endpoint'));
    expect(machine?.DependsOn).toContain(endpoint);
  });

  it('starts a job for each object that arrives', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({ source: ['aws.s3'] }),
    });
  });

  it('tells the planner only the live version, and what an instance costs', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    const settings = functions
      .map(({ Properties }) => Properties.Environment?.Variables.SISKIN_BATCH_SETTINGS)
      .find(Boolean);
    expect(JSON.parse(settings)).toMatchObject({
      jobPrefix: 'siskin-dev-detect-batch',
      instances: { type: 'ml.g5.xlarge', count: 2, vcpus: 4, price: { perVcpuHour: 0.352 } },
    });
  });

  it('refuses fields that only workers read', () => {
    expect(() => endpointStack([], ['batch: {workers: 4, compute: fargate-spot}'])).toThrow(
      /batch\.compute[\s\S]*batch\.workers/,
    );
  });
});
