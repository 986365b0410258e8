import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from '../../validation/acknowledge.ts';
import { networkActions } from '../sagemaker-model/execution-role.ts';
import type { BatchPlaces } from './batch-places.ts';

export interface TransformRoleProps {
  readonly places: BatchPlaces;
  /** ARN of every model archive in the bucket of CDK's assets. */
  readonly archivesArn: string;
  readonly repositoryArn: string;
  /** Whether the containers have interfaces in a VPC. */
  readonly hasNetwork: boolean;
}

/**
 * What SageMaker may do for a model's transform jobs: start containers, read the input, write the answers.
 * Not the endpoint's role, whose containers need no files; and not AmazonSageMakerFullAccess.
 */
export class TransformRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: TransformRoleProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'),
    });
    const allow = (actions: string[], resources: string[], conditions?: Record<string, unknown>) =>
      this.role.addToPolicy(
        new iam.PolicyStatement({ actions, resources, ...(conditions && { conditions }) }),
      );
    props.places.grant(this.role);
    allow(['s3:GetObject'], [props.archivesArn]);
    allow(
      ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
      [props.repositoryArn],
    );
    allow(['ecr:GetAuthorizationToken'], ['*']);
    const logs = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group:/aws/sagemaker/TransformJobs:*',
    });
    allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], [logs]);
    allow(['cloudwatch:PutMetricData'], ['*'], {
      StringLike: { 'cloudwatch:namespace': '/aws/sagemaker/*' },
    });
    if (props.hasNetwork) allow([...networkActions], ['*']);
    acknowledge(
      this.role,
      {
        id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*.gz]',
        reason:
          'A job that runs during a deployment still fetches the archive of its own release; the keys are digests.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/sagemaker/TransformJobs:*]',
        reason: 'SageMaker has one log group for all transform jobs, and names the streams.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'GetAuthorizationToken, PutMetricData (held to SageMaker\'s namespaces) and the description of networks take "*" only.',
      },
    );
  }
}
