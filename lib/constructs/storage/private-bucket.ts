import { Duration, RemovalPolicy, aws_s3 as s3 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from '../../validation/acknowledge.ts';

export type PrivateBucketProps =
  /** Receives the access logs of other buckets. */
  | { readonly purpose: 'accessLogs' }
  /** Holds data that must outlive the stack. */
  | {
      readonly purpose: 'data';
      readonly accessLogs: s3.Bucket;
      /** Said and not asked for: other stacks name the bucket without an export. */
      readonly bucketName: string;
    };

/** A bucket that is encrypted, closed to the public, open to TLS only, and kept when its stack goes. */
export class PrivateBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(props.purpose === 'data' && dataProps(id, props)),
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7) },
        props.purpose === 'data'
          ? { noncurrentVersionExpiration: Duration.days(30) }
          : { expiration: Duration.days(90) },
      ],
    });
    if (props.purpose === 'data') this.announceObjects();
    if (props.purpose === 'accessLogs') {
      acknowledge(this.bucket, {
        id: 'AwsSolutions-S1',
        reason: 'It holds access logs itself; logging their delivery would never end.',
      });
    }
  }

  /** Said in the template: CDK's own way makes a function that calls S3 for it. */
  private announceObjects(): void {
    const bucket = this.bucket.node.defaultChild as s3.CfnBucket;
    bucket.notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
  }
}

function dataProps(
  id: string,
  { accessLogs, bucketName }: Extract<PrivateBucketProps, { purpose: 'data' }>,
): s3.BucketProps {
  return {
    bucketName,
    versioned: true,
    serverAccessLogsBucket: accessLogs as s3.IBucket,
    serverAccessLogsPrefix: `${id}/`,
  };
}
