import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { AwsError } from '../../host/aws-error.ts';
import type { Operation } from '../../host/provider.ts';
import type { Announcements } from './announcement.ts';
import type { BucketStore } from './bucket.ts';
import type { Content, DataFolder, StoredData } from './data.ts';
import type { Upload, UploadStore } from './multipart.ts';
import type { ObjectStore } from './object.ts';
import { type AtKey, type Described, describing } from './object-operations.ts';

type InUpload = AtKey & { readonly UploadId: string };
type UploadPart = InUpload & { readonly PartNumber: number | string; readonly Body?: Content };
type Complete = InUpload & {
  readonly MultipartUpload: { readonly Parts: readonly CompletedPart[] };
};

interface CompletedPart {
  readonly PartNumber: number | string;
  readonly ETag: string;
}

interface Stores {
  readonly buckets: BucketStore;
  readonly objects: ObjectStore;
  readonly uploads: UploadStore;
  readonly data: DataFolder;
  readonly announcements: Announcements;
  readonly now: () => number;
}

const MOST_PARTS = 10_000;

export function createMultipartOperations(stores: Stores): Record<string, Operation> {
  return {
    ...beginOperations(stores),
    ...endOperations(stores),
    ...listOperations(stores),
  };
}

function beginOperations({ buckets, uploads, data, now }: Stores): Record<string, Operation> {
  return {
    CreateMultipartUpload: (input: AtKey & Described) => {
      buckets.get(input.Bucket);
      const upload = uploads.begin({
        bucket: input.Bucket,
        key: input.Key,
        started: now(),
        describing: describing(input),
      });
      return { Bucket: input.Bucket, Key: input.Key, UploadId: upload.id };
    },

    UploadPart: async (input: UploadPart) => {
      uploads.get(input.UploadId);
      const number = Number(input.PartNumber);
      if (!(Number.isInteger(number) && number >= 1 && number <= MOST_PARTS)) {
        throw new AwsError('InvalidArgument', `Part numbers are 1-10000, not ${input.PartNumber}`);
      }
      const part = await data.write(input.Body);
      const replaced = uploads.addPart(input.UploadId, number, part);
      if (replaced) await data.remove(replaced.file);
      return { ETag: `"${part.md5}"` };
    },
  };
}

function endOperations({
  objects,
  uploads,
  data,
  announcements,
}: Stores): Record<string, Operation> {
  const end = async (upload: Upload) => {
    uploads.end(upload.id);
    for (const { file } of Object.values(upload.parts)) await data.remove(file);
  };

  return {
    CompleteMultipartUpload: async (input: Complete) => {
      const upload = uploads.get(input.UploadId);
      const parts = input.MultipartUpload.Parts.map((part) => partOf(upload, part));
      const { file, size } = await data.write(Readable.from(concatenated(data, parts)));
      const etag = multipartETag(parts);
      const written = { file, size, etag };
      const stored = await objects.put(upload.bucket, upload.key, written, upload.describing);
      announcements.created(upload.bucket, stored, 'CompleteMultipartUpload');
      await end(upload);
      return {
        Location: `/${upload.bucket}/${upload.key}`,
        Bucket: upload.bucket,
        Key: upload.key,
        ETag: etag,
      };
    },

    AbortMultipartUpload: async ({ UploadId }: InUpload) => {
      await end(uploads.get(UploadId));
      return {};
    },
  };
}

function listOperations({ uploads }: Stores): Record<string, Operation> {
  return {
    ListParts: ({ UploadId }: InUpload) => {
      const { bucket, key, parts } = uploads.get(UploadId);
      return {
        Bucket: bucket,
        Key: key,
        UploadId,
        IsTruncated: false,
        Parts: Object.entries(parts).map(([number, { md5, size }]) => ({
          PartNumber: Number(number),
          ETag: `"${md5}"`,
          Size: size,
        })),
      };
    },

    ListMultipartUploads: ({ Bucket }: { Bucket: string }) => ({
      Bucket,
      IsTruncated: false,
      Uploads: uploads
        .all()
        .filter(({ bucket }) => bucket === Bucket)
        .map(({ id, key, started }) => ({
          UploadId: id,
          Key: key,
          Initiated: new Date(started),
        })),
    }),
  };
}

function partOf({ parts }: Upload, { PartNumber, ETag }: CompletedPart): StoredData {
  const part = parts[PartNumber];
  if (part && part.md5 === ETag.replaceAll('"', '')) return part;
  throw new AwsError('InvalidPart', `Part ${PartNumber} with ETag ${ETag} has not been uploaded`);
}

async function* concatenated(data: DataFolder, parts: readonly StoredData[]) {
  for (const { file } of parts) yield* createReadStream(data.path(file));
}

/** S3's rule: the MD5 of the parts' MD5s, and their number. */
function multipartETag(parts: readonly StoredData[]): string {
  const hash = createHash('md5');
  for (const { md5 } of parts) hash.update(Buffer.from(md5, 'hex'));
  return `"${hash.digest('hex')}-${parts.length}"`;
}
