import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { SagemakerConfig } from '../../model-repository/sagemaker-config.ts';
import { acknowledge } from '../../validation/acknowledge.ts';
import type { DataPlaces } from './data-places.ts';

export interface ExecutionRoleProps {
  /** Name of the endpoint. */
  readonly endpoint: string;
  readonly config: SagemakerConfig;
  readonly places: DataPlaces;
  /** ARN of every model archive in the bucket of CDK's assets. */
  readonly archivesArn: string;
  readonly repositoryArn: string;
  /** ARNs of the topics that hear of asynchronous answers. */
  readonly topicArns: readonly string[];
}

/** What SageMaker may do for one endpoint: start its containers, and keep what they take and give. */
export class ExecutionRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: ExecutionRoleProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'),
    });
    this.allowStart(props);
    this.allowTelemetry(props.endpoint);
    this.allowData(props);
    if (props.config.kmsKey) this.allowKey(props.config.kmsKey);
    if (props.config.subnets) this.allowNetwork();
  }

  private allow(actions: string[], resources: string[], conditions?: Record<string, unknown>) {
    this.role.addToPolicy(
      new iam.PolicyStatement({ actions, resources, ...(conditions && { conditions }) }),
    );
  }

  private allowStart({ archivesArn, repositoryArn }: ExecutionRoleProps): void {
    this.allow(['s3:GetObject'], [archivesArn]);
    this.allow(
      ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
      [repositoryArn],
    );
    this.allow(['ecr:GetAuthorizationToken'], ['*']);
    acknowledge(
      this.role,
      {
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${assetBucket}/*.gz]`,
        reason:
          'The old fleet still starts instances with the archive of its own release; the keys are digests.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'GetAuthorizationToken, PutMetricData (held to SageMaker\'s namespaces) and the description of networks take "*" only.',
      },
    );
  }

  private allowTelemetry(endpoint: string): void {
    const groups = ['Endpoints', 'InferenceComponents'].map((kind) =>
      Stack.of(this).formatArn({
        service: 'logs',
        resource: `log-group:/aws/sagemaker/${kind}/${endpoint}:*`,
      }),
    );
    this.allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], groups);
    this.allow(['cloudwatch:PutMetricData'], ['*'], {
      StringLike: { 'cloudwatch:namespace': '/aws/sagemaker/*' },
    });
    acknowledge(
      this.role,
      ...['Endpoints', 'InferenceComponents'].map((kind) => ({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/sagemaker/${kind}/${endpoint}:*]`,
        reason: "SageMaker names the log streams; the group is this endpoint's own.",
      })),
    );
  }

  private allowData({ config, places, topicArns }: ExecutionRoleProps): void {
    const written = [
      ...(config.capturePercent > 0 ? (['capture'] as const) : []),
      ...(config.async ? (['answers', 'failures'] as const) : []),
    ];
    if (written.length > 0) this.allow(['s3:PutObject'], written.map(places.objectsOf));
    if (config.async) this.allow(['s3:GetObject'], [places.objectsOf('requests')]);
    if (topicArns.length > 0) this.allow(['sns:Publish'], [...topicArns]);
    const touched = [...written, ...(config.async ? (['requests'] as const) : [])];
    acknowledge(
      this.role,
      ...touched.map((place) => ({
        id: `AwsSolutions-IAM5[Resource::${readable(places.objectsOf(place), this)}]`,
        reason: "SageMaker names the objects; the prefix is this model's own.",
      })),
    );
  }

  private allowKey(keyArn: string): void {
    this.allow(
      ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey', 'kms:CreateGrant'],
      [keyArn],
    );
  }

  private allowNetwork(): void {
    this.allow([...networkActions], ['*']);
  }
}

/** What SageMaker needs to lay its network interfaces into a VPC, as its guide lists it. */
export const networkActions = [
  'ec2:CreateNetworkInterface',
  'ec2:CreateNetworkInterfacePermission',
  'ec2:DeleteNetworkInterface',
  'ec2:DeleteNetworkInterfacePermission',
  'ec2:DescribeDhcpOptions',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
] as const;

const assetBucket = 'cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>';

/** An ARN as cdk-nag writes it in the ids of its findings: references in angle brackets. */
export function readable(arn: string, scope: Construct): string {
  const resolved: unknown = Stack.of(scope).resolve(arn);
  if (typeof resolved === 'string') return resolved;
  const [, parts] = (resolved as { 'Fn::Join': [string, (string | { Ref: string })[]] })[
    'Fn::Join'
  ];
  return parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('');
}
