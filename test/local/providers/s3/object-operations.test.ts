import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createS3Provider } from '../../../../local/providers/s3/index.ts';
import { startTestCloud, type TestCloud } from '../../../fixtures/local-cloud.ts';

const Bucket = 'objects';
let cloud: TestCloud;
let s3: S3Client;

beforeAll(async () => {
  cloud = await startTestCloud({ providers: { s3: createS3Provider } });
  s3 = new S3Client(cloud.client);
  await s3.send(new CreateBucketCommand({ Bucket }));
});

afterAll(() => cloud.stop());

const put = (Key: string, Body: string | Buffer = Key) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body }));

async function read(Key: string, Range?: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...(Range && { Range }) }));
  return Body?.transformToString();
}

test('an object comes back as it was put, with its type and metadata', async () => {
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: 'greeting/ä b+c',
      Body: 'hello',
      ContentType: 'text/plain',
      Metadata: { origin: 'test' },
    }),
  );
  const object = await s3.send(new GetObjectCommand({ Bucket, Key: 'greeting/ä b+c' }));
  expect(await object.Body?.transformToString()).toBe('hello');
  expect(object).toMatchObject({
    ContentType: 'text/plain',
    ContentLength: 5,
    ETag: '"5d41402abc4b2a76b9719d911017c592"',
    Metadata: { origin: 'test' },
  });
});

test('a streamed upload with a trailing checksum is stored without its framing', async () => {
  const data = randomBytes(300_000);
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: 'streamed',
      Body: Readable.from([data.subarray(0, 70_001), data.subarray(70_001)]),
      ContentLength: data.length,
    }),
  );
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'streamed' }));
  expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(data)).toBe(true);
});

test('data that does not match its checksum is refused and leaves nothing behind', async () => {
  const before = readdirSync(join(cloud.state, 's3', 'data')).length;
  await expect(
    s3.send(new PutObjectCommand({ Bucket, Key: 'bad', Body: 'x', ChecksumCRC32: 'AAAAAA==' })),
  ).rejects.toMatchObject({ name: 'BadDigest' });
  await expect(read('bad')).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(readdirSync(join(cloud.state, 's3', 'data')).length).toBe(before);
});

test('ranges are answered by their bytes, and refused outside the object', async () => {
  await put('range', '0123456789');
  expect(await read('range', 'bytes=2-4')).toBe('234');
  expect(await read('range', 'bytes=7-')).toBe('789');
  expect(await read('range', 'bytes=-2')).toBe('89');
  await expect(read('range', 'bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange' });
});

test('an empty object is an object', async () => {
  await put('empty', '');
  expect(await read('empty')).toBe('');
});

test('listing pages through keys and groups them by delimiter', async () => {
  for (const key of ['l/a', 'l/b/1', 'l/b/2', 'l/c', 'l/d']) await put(key);
  const page = await s3.send(
    new ListObjectsV2Command({ Bucket, Prefix: 'l/', Delimiter: '/', MaxKeys: 2 }),
  );
  expect(page.Contents?.map(({ Key }) => Key)).toEqual(['l/a']);
  expect(page.CommonPrefixes).toEqual([{ Prefix: 'l/b/' }]);
  const rest = await s3.send(
    new ListObjectsV2Command({
      Bucket,
      Prefix: 'l/',
      Delimiter: '/',
      ContinuationToken: page.NextContinuationToken,
    }),
  );
  expect(rest.Contents?.map(({ Key }) => Key)).toEqual(['l/c', 'l/d']);
  expect(rest.IsTruncated).toBe(false);
});

test('a copy is an object of its own', async () => {
  await put('original', 'one');
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/original` }));
  await put('original', 'two');
  expect(await read('copy')).toBe('one');
});

test('a put on condition does not overwrite what is there', async () => {
  await put('conditional');
  await expect(
    s3.send(new PutObjectCommand({ Bucket, Key: 'conditional', Body: 'y', IfNoneMatch: '*' })),
  ).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect(await read('conditional')).toBe('conditional');
});

test('deleting several objects tells which are gone', async () => {
  await put('gone/1');
  const { Deleted } = await s3.send(
    new DeleteObjectsCommand({
      Bucket,
      Delete: { Objects: [{ Key: 'gone/1' }, { Key: 'never & was' }] },
    }),
  );
  expect(Deleted).toEqual([{ Key: 'gone/1' }, { Key: 'never & was' }]);
  await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'gone/1' }))).rejects.toMatchObject({
    name: 'NotFound',
  });
});

test('a bucket with objects in it is not deleted', async () => {
  await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
    name: 'BucketNotEmpty',
  });
});

test('buckets answer where they are, and missing ones that they are missing', async () => {
  const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket }));
  expect(LocationConstraint ?? '').toBe('');
  await expect(s3.send(new HeadBucketCommand({ Bucket: 'missing-bucket' }))).rejects.toMatchObject({
    name: 'NotFound',
  });
});
