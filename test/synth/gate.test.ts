import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { describe, expect, it, vi } from 'vitest';
import { findingsIn } from '../../lib/validation/report.ts';
import {
  inferenceApp,
  type RepositoryFiles,
  withLargeFirstVersion,
} from '../fixtures/inference-app.ts';
import { endpointFiles } from '../lib/constructs/sagemaker-model/endpoint-stack.ts';

/** Something of everything that a repository can ask for. */
const repository: RepositoryFiles = {
  'large/1/model.onnx': 1,
  'large/2/model.onnx': 1,
  'plain/1/model.onnx': 1,
  'odd_name.v1/1/model.onnx': 2,
  'odd_name.v1/2/model.onnx': 3,
  'canary/1/model.onnx': 4,
  'canary/model.yaml': 'owner: team\nrollout: {strategy: canary, percent: 3, minutes: 7}\n',
  'files/1/model.onnx': 6,
  'files/model.yaml': 'batch: {input: in/, buckets: [other-data]}\n',
  'nightly/1/model.onnx': 7,
  'nightly/model.yaml': 'batch: {compute: fargate-spot, input: in/, schedule: cron(0 3 * * ? *)}\n',
  'warm/1/model.onnx': 5,
  'warm/model.yaml': 'provisionedConcurrency: 2\nrollout: {strategy: all-at-once}\n',
  ...endpointFiles(
    [
      'minInstances: 2',
      'maxInstances: 4',
      'capturePercent: 10',
      'kmsKey: arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      'subnets: [subnet-0123abcd]',
      'securityGroups: [sg-0123abcd]',
      'offHours: {start: "20:00", end: "06:00"}',
    ],
    ['rollout: {strategy: linear, percent: 50}'],
    'endpoint',
  ),
  ...endpointFiles(['scaleToZero: true'], [], 'resting'),
  ...endpointFiles(
    ['subnets: [subnet-0123abcd]', 'securityGroups: [sg-0123abcd]'],
    ['batch: {input: in/, buckets: [other-data]}'],
    'filed',
  ),
  ...endpointFiles(['async: true', 'minInstances: 0'], [], 'later'),
  ...endpointFiles(['shadowVersion: 1'], ['rollout: {strategy: shadow}'], 'mirrored'),
  ...endpointFiles(
    [
      'minInstances: 4',
      'engine: image',
      'image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1',
    ],
    ['rollout: {strategy: rolling}'],
    'own',
  ),
};

const large = withLargeFirstVersion('large');

/** Every acknowledgement in the app, without what differs from model to model. */
function acknowledgements(root: IConstruct): string[] {
  const found = root.node
    .findAll()
    .flatMap((construct) =>
      construct.node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.keys(data).map((id) => `${construct.node.path} ${id}`)),
    );
  return [...new Set(found.map(withoutModel))].sort();
}

function withoutModel(text: string): string {
  return text
    .replace(/model-[A-Za-z0-9-]+/, 'model-*')
    .replace(/batch\/[a-z]+\//, 'batch/MODEL/')
    .replace(/siskin-dev-[a-z]+-batch/, 'siskin-dev-MODEL-batch')
    .replace(/transform-job\/siskin-dev-[a-z]+-batch/, 'transform-job/siskin-dev-MODEL-batch')
    .replace(/function:siskin-dev-[A-Za-z0-9-]+:\*/, 'function:siskin-dev-MODEL:*')
    .replace(/Endpoints\/siskin-dev-[a-z]+:/, 'Endpoints/siskin-dev-MODEL:')
    .replace(/InferenceComponents\/siskin-dev-[a-z]+:/, 'InferenceComponents/siskin-dev-MODEL:')
    .replace(/\/(capture|async)\/[a-z]+\//, '/$1/MODEL/')
    .replace(/<\w+\.Arn>/, '<CHECK.Arn>')
    .replace('Annotation::', '');
}

describe('The gate: CloudFormation validator and cdk-nag', () => {
  it.each(['apiKey', 'iam'])(
    'finds nothing, warnings included, with auth=%s',
    (auth) => {
      vi.stubEnv('CDK_VALIDATION', 'true');
      const app = inferenceApp(repository, { validate: true, auth }, large);
      expect(findingsIn(app.synth().directory)).toEqual([]);
      vi.unstubAllEnvs();
    },
    120_000,
  );

  it('is passed with these exceptions and no others, each with its reason in the code', () => {
    expect(acknowledgements(inferenceApp(repository, { validate: true }, large))).toEqual([
      'siskin-dev-api/Inference/Api AwsSolutions-APIG2',
      'siskin-dev-api/Inference/Api AwsSolutions-APIG3',
      'siskin-dev-api/Inference/Catalogue/Catalogue/Role AwsSolutions-IAM5[Resource::*]',
      'siskin-dev-api/Inference/IntegrationRole AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:siskin-dev-*:live]',
      'siskin-dev-model-*/Batch/Capacity/Instance AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role]',
      'siskin-dev-model-*/Batch/Execution/Role AwsSolutions-IAM5[Resource::*]',
      'siskin-dev-model-*/Batch/Execution/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/sagemaker/TransformJobs:*]',
      'siskin-dev-model-*/Batch/Execution/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*.gz]',
      'siskin-dev-model-*/Batch/Execution/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::other-data/*]',
      'siskin-dev-model-*/Batch/Execution/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::siskin-dev-data-<AWS::AccountId>-<AWS::Region>/batch/MODEL/*]',
      'siskin-dev-model-*/Batch/Job/Role AwsSolutions-IAM5[Resource::*]',
      'siskin-dev-model-*/Batch/Job/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:batch:<AWS::Region>:<AWS::AccountId>:job-definition/siskin-dev-MODEL-batch:*]',
      'siskin-dev-model-*/Batch/Job/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:batch:<AWS::Region>:<AWS::AccountId>:job/*]',
      'siskin-dev-model-*/Batch/Job/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:transform-job/siskin-dev-MODEL-batch-*]',
      'siskin-dev-model-*/Batch/Planner/Role AwsSolutions-IAM5[Resource::*]',
      'siskin-dev-model-*/Batch/Planner/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::other-data/*]',
      'siskin-dev-model-*/Batch/Planner/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::siskin-dev-data-<AWS::AccountId>-<AWS::Region>/batch/MODEL/*]',
      'siskin-dev-model-*/Batch/Verifier/Role AwsSolutions-IAM5[Resource::*]',
      'siskin-dev-model-*/Batch/Verifier/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::other-data/*]',
      'siskin-dev-model-*/Batch/Verifier/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::siskin-dev-data-<AWS::AccountId>-<AWS::Region>/batch/MODEL/*]',
      'siskin-dev-model-*/Batch/Worker/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*.js]',
      'siskin-dev-model-*/Batch/Worker/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*.zip]',
      'siskin-dev-model-*/Batch/Worker/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::other-data/*]',
      'siskin-dev-model-*/Batch/Worker/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::siskin-dev-data-<AWS::AccountId>-<AWS::Region>/batch/MODEL/*]',
      'siskin-dev-model-*/Model/Check/Check/Role AwsSolutions-IAM5[Resource::*]',
      'siskin-dev-model-*/Model/Endpoint/Execution/Role AwsSolutions-IAM5[Resource::*]',
      'siskin-dev-model-*/Model/Endpoint/Execution/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/sagemaker/Endpoints/siskin-dev-MODEL:*]',
      'siskin-dev-model-*/Model/Endpoint/Execution/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/sagemaker/InferenceComponents/siskin-dev-MODEL:*]',
      'siskin-dev-model-*/Model/Endpoint/Execution/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*.gz]',
      'siskin-dev-model-*/Model/Endpoint/Execution/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::siskin-dev-data-<AWS::AccountId>-<AWS::Region>/async/MODEL/answers/*]',
      'siskin-dev-model-*/Model/Endpoint/Execution/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::siskin-dev-data-<AWS::AccountId>-<AWS::Region>/async/MODEL/failures/*]',
      'siskin-dev-model-*/Model/Endpoint/Execution/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::siskin-dev-data-<AWS::AccountId>-<AWS::Region>/async/MODEL/requests/*]',
      'siskin-dev-model-*/Model/Endpoint/Execution/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::siskin-dev-data-<AWS::AccountId>-<AWS::Region>/capture/MODEL/*]',
      'siskin-dev-model-*/Model/Front/Proxy/Role AwsSolutions-IAM5[Resource::*]',
      'siskin-dev-model-*/Model/Front/Proxy/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::siskin-dev-data-<AWS::AccountId>-<AWS::Region>/async/MODEL/requests/*]',
      'siskin-dev-model-*/Model/Predict/Role AwsSolutions-IAM5[Resource::*]',
      'siskin-dev-model-*/Model/Predict/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*.onnx]',
      'siskin-dev-model-*/Rollout/Group AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
      'siskin-dev-model-*/Rollout/Group AwsSolutions-IAM5[Resource::<CHECK.Arn>:*]',
      'siskin-dev-model-*/Rollout/PreTraffic/Check/Role AwsSolutions-IAM5[Resource::*]',
      'siskin-dev-model-*/Rollout/PreTraffic/Check/Role AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:siskin-dev-MODEL:*]',
      // Of the CDK's own: the network takes the first two zones of its region.
      'siskin-dev-platform CloudFormation-Validate::W3010',
      'siskin-dev-platform/AccessLogs/Bucket AwsSolutions-S1',
      'siskin-dev-platform/BatchNetwork/Vpc AwsSolutions-VPC7',
      'siskin-dev-platform/GatewayAccount/Role AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    ]);
  });
});
