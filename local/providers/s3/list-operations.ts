import type { Operation } from '../../host/provider.ts';
import type { BucketStore } from './bucket.ts';
import { type Listing, listKeys } from './listing.ts';
import type { ObjectStore } from './object.ts';

interface List {
  readonly Bucket: string;
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly MaxKeys?: number | string;
  readonly EncodingType?: string;
  readonly ContinuationToken?: string;
  readonly StartAfter?: string;
  readonly Marker?: string;
}

const LARGEST_PAGE = 1000;

export function createListOperations(
  buckets: BucketStore,
  objects: ObjectStore,
): Record<string, Operation> {
  const list = (input: List, after: string) => {
    buckets.get(input.Bucket);
    const limit = Math.min(Number(input.MaxKeys ?? LARGEST_PAGE), LARGEST_PAGE);
    const listing = listKeys(objects.keys(input.Bucket), {
      prefix: input.Prefix ?? '',
      delimiter: input.Delimiter ?? '',
      after,
      limit,
    });
    const encode = input.EncodingType === 'url' ? encodeURIComponent : (key: string) => key;
    return {
      listing,
      page: {
        Name: input.Bucket,
        Prefix: encode(input.Prefix ?? ''),
        MaxKeys: limit,
        ...(input.Delimiter && { Delimiter: encode(input.Delimiter) }),
        ...(input.EncodingType && { EncodingType: input.EncodingType }),
        IsTruncated: listing.next !== undefined,
        Contents: contentsOf(listing, input.Bucket, encode),
        CommonPrefixes: listing.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
      },
    };
  };

  const contentsOf = (listing: Listing, bucket: string, encode: (key: string) => string) =>
    listing.keys.map((key) => {
      const { modified, etag, size } = objects.get(bucket, key);
      return {
        Key: encode(key),
        LastModified: new Date(modified),
        ETag: etag,
        Size: size,
        StorageClass: 'STANDARD',
      };
    });

  return {
    ListObjectsV2: (input: List) => {
      const token = input.ContinuationToken;
      const after = token ? Buffer.from(token, 'base64url').toString() : (input.StartAfter ?? '');
      const { listing, page } = list(input, after);
      return {
        ...page,
        KeyCount: listing.keys.length + listing.prefixes.length,
        ...(token && { ContinuationToken: token }),
        ...(listing.next !== undefined && {
          NextContinuationToken: Buffer.from(listing.next).toString('base64url'),
        }),
      };
    },

    ListObjects: (input: List) => {
      const { listing, page } = list(input, input.Marker ?? '');
      return {
        ...page,
        Marker: input.Marker ?? '',
        ...(listing.next !== undefined && { NextMarker: listing.next }),
      };
    },

    // Only an object's last version is kept: it is the latest, and the only one.
    ListObjectVersions: (input: List) => {
      const { page } = list(input, '');
      const { Contents, ...rest } = page;
      return {
        ...rest,
        Versions: Contents.map((object) => ({ ...object, VersionId: 'null', IsLatest: true })),
      };
    },
  };
}
