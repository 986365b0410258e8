import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { ListedObject, ObjectStore, ReadOptions } from '../batch/object-store.ts';
import type { Place } from '../batch/place.ts';

/** Transfers that break off are begun anew; requests that fail are the SDK's to repeat. */
const mostTransfers = 4;

/** S3 as a batch job sees it; for the Lambda functions and the workers alike. */
export function createS3ObjectStore(
  client = new S3Client({
    maxAttempts: 8,
    // Without a limit a dead connection would hold a worker until the machine is taken away.
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000 },
  }),
): ObjectStore {
  return {
    list: (prefix) => list(client, prefix),
    head: ({ bucket: Bucket, key: Key }) =>
      unless([404], async () => {
        const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
        return {
          size: head.ContentLength ?? 0,
          etag: plainEtag(head.ETag),
          metadata: head.Metadata ?? {},
        };
      }),
    read: (place, options) => unless([404, 412], () => read(client, place, options)),
    write: ({ bucket: Bucket, key: Key }, Body, { contentType, metadata, condition } = {}) =>
      unless([412], () =>
        afterConflicts(async () => {
          const put = new PutObjectCommand({
            Bucket,
            Key,
            Body,
            ...(contentType && { ContentType: contentType }),
            ...(metadata && { Metadata: { ...metadata } }),
            ...(condition === 'absent' && { IfNoneMatch: '*' }),
            ...(typeof condition === 'object' && { IfMatch: quoted(condition.etag) }),
          });
          return plainEtag((await client.send(put)).ETag);
        }),
      ),
  };
}

async function* list(
  client: S3Client,
  { bucket: Bucket, key: Prefix }: Place,
): AsyncGenerator<readonly ListedObject[]> {
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix,
        ...(ContinuationToken && { ContinuationToken }),
      }),
    );
    yield (page.Contents ?? []).map(({ Key, Size, ETag, LastModified }) => ({
      key: Key ?? '',
      size: Size ?? 0,
      etag: plainEtag(ETag),
      modified: LastModified ?? new Date(0),
    }));
    ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (ContinuationToken);
}

async function read(
  client: S3Client,
  { bucket: Bucket, key: Key }: Place,
  { range, etag }: ReadOptions = {},
) {
  const command = () =>
    new GetObjectCommand({
      Bucket,
      Key,
      ...(range && { Range: `bytes=${range.start}-${range.end - 1}` }),
      ...(etag && { IfMatch: quoted(etag) }),
    });
  for (let transfer = 1; ; transfer += 1) {
    const { Body, ContentLength = 0, ETag } = await client.send(command());
    try {
      const bytes = await received(Body as AsyncIterable<Uint8Array>, ContentLength);
      return { bytes, etag: plainEtag(ETag) };
    } catch (error) {
      if (transfer === mostTransfers) throw error;
    }
  }
}

/** The SDK's own collector keeps every piece, and copies them all once more at the end. */
async function received(body: AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for await (const piece of body) {
    bytes.set(piece, at);
    at += piece.length;
  }
  if (at < length) throw new Error(`the transfer ended after ${at} of ${length} bytes`);
  return bytes;
}

/** Two writers of one key at the same moment: S3 tells one of them to ask again. */
async function afterConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (statusOf(error) !== 409 || attempt === mostTransfers) throw error;
    }
  }
}

async function unless<T>(statuses: readonly number[], work: () => Promise<T>) {
  try {
    return await work();
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined || !statuses.includes(status) || isNoBucket(error)) throw error;
    return undefined;
  }
}

/** A missing bucket is no missing object. HEAD does not tell them apart. */
function isNoBucket(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name === 'NoSuchBucket';
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

function plainEtag(etag: string | undefined): string {
  return etag?.replaceAll('"', '') ?? '';
}

function quoted(etag: string): string {
  return `"${etag}"`;
}
