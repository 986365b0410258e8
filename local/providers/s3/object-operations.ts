import { AwsError } from '../../host/aws-error.ts';
import type { Operation } from '../../host/provider.ts';
import type { Announcements } from './announcement.ts';
import type { BucketStore } from './bucket.ts';
import type { Content } from './data.ts';
import { createListOperations } from './list-operations.ts';
import {
  type Describing,
  type ObjectStore,
  type StoredObject,
  type SystemMetadata,
  systemMetadata,
} from './object.ts';
import { parseRange } from './range.ts';

export interface AtKey {
  readonly Bucket: string;
  readonly Key: string;
}

export type Described = SystemMetadata & { readonly Metadata?: Record<string, string> };

interface Conditional {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
}

type Put = AtKey & Described & Conditional & { readonly Body?: Content };
type Get = AtKey &
  Conditional & {
    readonly Range?: string;
    readonly ChecksumMode?: string;
    readonly ResponseContentType?: string;
    readonly ResponseContentDisposition?: string;
  };
type Copy = AtKey &
  Described & { readonly CopySource: string; readonly MetadataDirective?: string };

export function createObjectOperations(
  buckets: BucketStore,
  objects: ObjectStore,
  announcements: Announcements,
): Record<string, Operation> {
  const read = (input: Get) => {
    buckets.get(input.Bucket);
    const stored = objects.get(input.Bucket, input.Key);
    checkRead(stored, input);
    return stored;
  };

  return {
    ...createListOperations(buckets, objects),

    PutObject: async (input: Put) => {
      buckets.get(input.Bucket);
      const data = await objects.write(input.Body);
      try {
        checkWrite(objects.find(input.Bucket, input.Key), input);
      } catch (error) {
        await objects.discard(data);
        throw error;
      }
      const etag = `"${data.md5}"`;
      const stored = await objects.put(
        input.Bucket,
        input.Key,
        { ...data, etag },
        describing(input),
      );
      announcements.created(input.Bucket, stored, 'PutObject');
      return { ETag: stored.etag, ...checksumOf(stored), ServerSideEncryption: 'AES256' };
    },

    GetObject: async (input: Get) => {
      const stored = read(input);
      const range = parseRange(input.Range, stored.size);
      const { first, last } = range ?? { first: 0, last: stored.size - 1 };
      return {
        ...headOf(stored),
        ...(!range && input.ChecksumMode && checksumOf(stored)),
        ...(range && { ContentRange: `bytes ${first}-${last}/${stored.size}` }),
        ...(input.ResponseContentType && { ContentType: input.ResponseContentType }),
        ...(input.ResponseContentDisposition && {
          ContentDisposition: input.ResponseContentDisposition,
        }),
        ContentLength: last - first + 1,
        Body: await objects.body(stored, first, last),
      };
    },

    HeadObject: (input: Get) => {
      const stored = read(input);
      return {
        ...headOf(stored),
        ...(input.ChecksumMode && checksumOf(stored)),
        ContentLength: stored.size,
      };
    },

    CopyObject: async (input: Copy) => {
      buckets.get(input.Bucket);
      const source = parseCopySource(input.CopySource);
      buckets.get(source.Bucket);
      const original = objects.get(source.Bucket, source.Key);
      const file = await objects.copyData(original);
      const described = input.MetadataDirective === 'REPLACE' ? describing(input) : original;
      const { system, metadata } = described;
      const copy = await objects.put(
        input.Bucket,
        input.Key,
        { ...original, file },
        { system, metadata },
      );
      announcements.created(input.Bucket, copy, 'CopyObject');
      return { CopyObjectResult: { ETag: copy.etag, LastModified: new Date(copy.modified) } };
    },

    DeleteObject: async ({ Bucket, Key }: AtKey) => {
      buckets.get(Bucket);
      await objects.delete(Bucket, Key);
      announcements.deleted(Bucket, Key);
      return {};
    },

    DeleteObjects: async (input: {
      Bucket: string;
      Delete: { Objects: { Key: string }[]; Quiet?: boolean };
    }) => {
      buckets.get(input.Bucket);
      for (const { Key } of input.Delete.Objects) {
        await objects.delete(input.Bucket, Key);
        announcements.deleted(input.Bucket, Key);
      }
      return input.Delete.Quiet
        ? {}
        : { Deleted: input.Delete.Objects.map(({ Key }) => ({ Key })) };
    },
  };
}

/** The part of an upload that describes the object instead of being it. */
export function describing(input: Described): Describing {
  const kept = systemMetadata.flatMap((name) => (input[name] ? [[name, input[name]]] : []));
  return { system: Object.fromEntries(kept), metadata: input.Metadata ?? {} };
}

function headOf(stored: StoredObject) {
  return {
    AcceptRanges: 'bytes',
    ContentType: 'binary/octet-stream',
    ...stored.system,
    ETag: stored.etag,
    LastModified: new Date(stored.modified),
    Metadata: stored.metadata,
    ServerSideEncryption: 'AES256',
  };
}

function checksumOf({ crc32 }: StoredObject) {
  if (crc32 === undefined) return {};
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32);
  return { ChecksumCRC32: bytes.toString('base64'), ChecksumType: 'FULL_OBJECT' };
}

function parseCopySource(source: string): AtKey {
  const [path = ''] = source.split('?');
  const [Bucket = '', ...key] = decodeURIComponent(path).replace(/^\//, '').split('/');
  if (!Bucket || key.length === 0) {
    throw new AwsError('InvalidArgument', `${source} names no object to copy`);
  }
  return { Bucket, Key: key.join('/') };
}

function checkRead(stored: StoredObject, { IfMatch, IfNoneMatch }: Conditional): void {
  if (IfMatch !== undefined && !matches(IfMatch, stored)) throw preconditionFailed();
  if (IfNoneMatch !== undefined && matches(IfNoneMatch, stored)) {
    throw new AwsError('NotModified', 'The object has not changed', 304);
  }
}

function checkWrite(current: StoredObject | undefined, conditions: Conditional): void {
  const { IfMatch, IfNoneMatch } = conditions;
  if (IfMatch !== undefined && !(current && matches(IfMatch, current))) throw preconditionFailed();
  if (IfNoneMatch !== undefined && current && matches(IfNoneMatch, current)) {
    throw preconditionFailed();
  }
}

/** ETags may come with or without their quotes. */
function matches(condition: string, { etag }: StoredObject): boolean {
  return condition === '*' || condition.replaceAll('"', '') === etag.replaceAll('"', '');
}

function preconditionFailed(): AwsError {
  return new AwsError('PreconditionFailed', 'A condition of the request does not hold', 412);
}
