import { AwsError } from '../../host/aws-error.ts';
import type { Operation } from '../../host/provider.ts';
import type { BucketStore } from './bucket.ts';
import type { ObjectStore } from './object.ts';

type InBucket = { Bucket: string };

const REGION = 'us-east-1';

export function createBucketOperations(
  buckets: BucketStore,
  objects: ObjectStore,
): Record<string, Operation> {
  return {
    ListBuckets: () => ({
      Owner: { ID: 'local', DisplayName: 'local' },
      Buckets: buckets.all().map(({ name, created }) => ({
        Name: name,
        CreationDate: new Date(created),
      })),
    }),

    CreateBucket: ({ Bucket }: InBucket) => {
      // In us-east-1 creating one's own bucket again succeeds and changes nothing.
      if (!buckets.has(Bucket)) buckets.create(Bucket);
      return { Location: `/${Bucket}` };
    },

    HeadBucket: ({ Bucket }: InBucket) => {
      buckets.get(Bucket);
      return { BucketRegion: REGION };
    },

    DeleteBucket: ({ Bucket }: InBucket) => {
      buckets.get(Bucket);
      if (objects.keys(Bucket).length > 0) {
        throw new AwsError('BucketNotEmpty', `The bucket ${Bucket} is not empty`, 409);
      }
      buckets.delete(Bucket);
      return {};
    },

    GetBucketLocation: ({ Bucket }: InBucket) => {
      buckets.get(Bucket);
      return {}; // us-east-1 has no location constraint
    },

    ...settings(buckets),
  };
}

/** What a bucket is told to be. Clients read it back; nothing is encrypted or kept out by it. */
function settings(buckets: BucketStore): Record<string, Operation> {
  return {
    GetBucketVersioning: ({ Bucket }: InBucket) => {
      const { versioning } = buckets.get(Bucket);
      return versioning ? { Status: versioning } : {};
    },

    PutBucketVersioning: (input: InBucket & { VersioningConfiguration: { Status: string } }) => {
      buckets.change(input.Bucket, { versioning: input.VersioningConfiguration.Status });
      return {};
    },

    GetBucketEncryption: ({ Bucket }: InBucket) => {
      const rule = buckets.get(Bucket).encryption ?? {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
        BucketKeyEnabled: false,
      };
      return { ServerSideEncryptionConfiguration: { Rules: [rule] } };
    },

    GetBucketPolicy: ({ Bucket }: InBucket) => {
      const { policy } = buckets.get(Bucket);
      return { Policy: policy ?? missing('NoSuchBucketPolicy', `${Bucket} has no policy`) };
    },

    PutBucketPolicy: ({ Bucket, Policy }: InBucket & { Policy: string }) => {
      buckets.change(Bucket, { policy: Policy });
      return {};
    },

    DeleteBucketPolicy: ({ Bucket }: InBucket) => {
      buckets.removePolicy(Bucket);
      return {};
    },

    GetBucketTagging: ({ Bucket }: InBucket) => {
      const { tags } = buckets.get(Bucket);
      return { TagSet: tags ?? missing('NoSuchTagSet', `${Bucket} has no tags`) };
    },

    GetPublicAccessBlock: ({ Bucket }: InBucket) => ({
      PublicAccessBlockConfiguration:
        buckets.get(Bucket).publicAccessBlock ??
        missing('NoSuchPublicAccessBlockConfiguration', `${Bucket} has no public access block`),
    }),
  };
}

function missing(code: string, message: string): never {
  throw new AwsError(code, `The bucket ${message}`, 404);
}
