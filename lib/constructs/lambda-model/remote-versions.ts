import { aws_s3_assets as assets, aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ServedVersion } from '../../../build/model-package.ts';
import type { ModelSource } from '../../../serving/contract/manifest.ts';
import { acknowledge } from '../../validation/acknowledge.ts';

/** Versions that do not fit the function's package, as objects in the bucket of CDK's assets. */
export class RemoteVersions extends Construct {
  /** By version: where the function finds it. */
  readonly sources: ReadonlyMap<string, ModelSource>;
  /** Name of the bucket; undefined without remote versions. */
  readonly bucketName: string | undefined;
  private readonly asset: assets.Asset | undefined;

  constructor(scope: Construct, id: string, versions: readonly ServedVersion[]) {
    super(scope, id);
    const uploads = versions.map((version) => ({ version, asset: this.upload(version) }));
    this.asset = uploads[0]?.asset;
    this.bucketName = this.asset?.s3BucketName;
    this.sources = new Map(
      uploads.map(({ version, asset }) => [
        version.version,
        { kind: 's3', key: asset.s3ObjectKey, bytes: version.bytes },
      ]),
    );
  }

  /**
   * Every model file of the bucket and not only these keys: while traffic shifts, the old Lambda
   * version runs under this role too, and still starts cold with its own keys.
   */
  grantRead(role: iam.Role): void {
    if (!this.asset) return;
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [this.asset.bucket.arnForObjects('*.onnx')],
      }),
    );
    acknowledge(role, {
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${assetBucket}/*.onnx]`,
      reason:
        'The old Lambda version reads models of its own keys while traffic shifts; the keys are digests.',
    });
  }

  private upload(version: ServedVersion): assets.Asset {
    const [file, ...beside] = version.files;
    if (!file || beside.length > 0) {
      throw new Error(`Version ${version.version} is more than one file and cannot come from S3`);
    }
    return new assets.Asset(this, `Version${version.version}`, {
      path: file.source,
      assetHash: version.digest,
    });
  }
}

const assetBucket = 'cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>';
