import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { namesOf } from '../../config/names.ts';
import { type Acknowledgement, acknowledge } from '../../validation/acknowledge.ts';

/** Where a model's batch jobs read and write: its own prefix of the data bucket, and buckets it names. */
export interface BatchPlaces {
  /** Name of the data bucket. */
  readonly bucket: string;
  /** `batch/<model>/` */
  readonly prefix: string;
  /** `s3://<bucket>/batch/<model>/` */
  readonly uri: string;
  /** Lets a role read and write there, and nowhere else. */
  grant(role: iam.Role): void;
}

/** The data bucket is said by name and not by reference: a reference would be an export. */
export function batchPlaces(
  scope: IConstruct,
  { stage, awsName, buckets }: { stage: string; awsName: string; buckets: readonly string[] },
): BatchPlaces {
  const stack = Stack.of(scope);
  const bucket = namesOf(stage).dataBucket(stack.account, stack.region);
  const prefix = `batch/${awsName}/`;
  const arnOf = (name: string) =>
    stack.formatArn({ service: 's3', region: '', account: '', resource: name });
  const objects = [`${arnOf(bucket)}/${prefix}*`, ...buckets.map((name) => `${arnOf(name)}/*`)];
  return {
    bucket,
    prefix,
    uri: `s3://${bucket}/${prefix}`,
    grant: (role) => {
      role.addToPolicy(
        new iam.PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: objects }),
      );
      role.addToPolicy(
        new iam.PolicyStatement({
          actions: ['s3:ListBucket'],
          resources: [arnOf(bucket)],
          conditions: { StringLike: { 's3:prefix': `${prefix}*` } },
        }),
      );
      if (buckets.length > 0) {
        role.addToPolicy(
          new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: buckets.map(arnOf) }),
        );
      }
      acknowledge(role, ...acknowledgements(stage, prefix, buckets));
    },
  };
}

function acknowledgements(
  stage: string,
  prefix: string,
  buckets: readonly string[],
): Acknowledgement[] {
  const data = namesOf(stage).dataBucket('<AWS::AccountId>', '<AWS::Region>');
  return [
    {
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${data}/${prefix}*]`,
      reason: "A job reads and writes any object below its model's own prefix.",
    },
    ...buckets.map((name) => ({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${name}/*]`,
      reason: "The model's owner has named this bucket in batch.buckets.",
    })),
  ];
}
