import { randomUUID } from 'node:crypto';
import { AwsError } from '../../host/aws-error.ts';
import { generatedName } from '../../host/generated-name.ts';
import type { Host } from '../../host/host.ts';
import type { ResourceRequest, ResourceType } from '../../host/provider.ts';
import type { Bucket, BucketStore, EncryptionRule } from './bucket.ts';
import type { ObjectStore } from './object.ts';

export function createResources(
  host: Host,
  buckets: BucketStore,
  objects: ObjectStore,
): Record<string, ResourceType> {
  const described = (name: string) => ({
    physicalId: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${host.region}.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${host.region}.amazonaws.com`,
      WebsiteURL: `http://${name}.s3-website-${host.region}.amazonaws.com`,
    },
  });

  return {
    'AWS::S3::Bucket': {
      replaceOn: ['BucketName'],
      create: (request) => {
        const name =
          request.properties.BucketName ?? generatedName(request, 63, randomUUID()).toLowerCase();
        if (buckets.has(name)) {
          throw new AwsError('BucketAlreadyOwnedByYou', `${name} already exists`, 409);
        }
        buckets.create(name);
        buckets.change(name, settingsOf(request));
        return described(name);
      },
      update: (request, { physicalId }) => {
        buckets.change(physicalId, settingsOf(request));
        return described(physicalId);
      },
      delete: ({ physicalId }) => {
        if (!buckets.has(physicalId)) return;
        const count = objects.keys(physicalId).length;
        if (count > 0) {
          throw new AwsError(
            'BucketNotEmpty',
            `The bucket you tried to delete is not empty: ${physicalId} holds ${count} objects`,
            409,
          );
        }
        buckets.delete(physicalId);
      },
    },

    'AWS::S3::BucketPolicy': {
      replaceOn: ['Bucket'],
      create: ({ properties }) => putPolicy(properties),
      update: ({ properties }) => putPolicy(properties),
      delete: ({ properties }) => {
        if (buckets.has(properties.Bucket)) buckets.removePolicy(properties.Bucket);
      },
    },
  };

  function putPolicy({ Bucket, PolicyDocument }: ResourceRequest['properties']) {
    buckets.change(Bucket, { policy: JSON.stringify(PolicyDocument) });
    return { physicalId: Bucket };
  }
}

function settingsOf({ properties }: ResourceRequest): Partial<Bucket> {
  const [rule] = properties.BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
  return {
    ...(properties.VersioningConfiguration && {
      versioning: properties.VersioningConfiguration.Status,
    }),
    ...(rule?.ServerSideEncryptionByDefault && { encryption: encryptionRule(rule) }),
    ...(properties.PublicAccessBlockConfiguration && {
      publicAccessBlock: properties.PublicAccessBlockConfiguration,
    }),
    eventBridge: isToldToEventBridge(properties.NotificationConfiguration),
    ...(properties.Tags && { tags: properties.Tags }),
  };
}

/** The configuration alone turns it on, unless it says otherwise. */
function isToldToEventBridge(notifications: ResourceRequest['properties'] | undefined): boolean {
  const configuration = notifications?.EventBridgeConfiguration;
  return configuration !== undefined && String(configuration.EventBridgeEnabled) !== 'false';
}

function encryptionRule(rule: ResourceRequest['properties']): EncryptionRule {
  return {
    ApplyServerSideEncryptionByDefault: rule.ServerSideEncryptionByDefault,
    BucketKeyEnabled: rule.BucketKeyEnabled ?? false,
  };
}
