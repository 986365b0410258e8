import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createS3Provider } from '../../../../local/providers/s3/index.ts';
import { startTestCloud, type TestCloud } from '../../../fixtures/local-cloud.ts';

const Bucket = 'parts';
const Key = 'whole';
let cloud: TestCloud;
let s3: S3Client;

beforeAll(async () => {
  cloud = await startTestCloud({ providers: { s3: createS3Provider } });
  s3 = new S3Client(cloud.client);
  await s3.send(new CreateBucketCommand({ Bucket }));
});

afterAll(() => cloud.stop());

async function begin(): Promise<string> {
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'text/plain' }),
  );
  return UploadId as string;
}

async function upload(UploadId: string, PartNumber: number, Body: string) {
  const part = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  return { PartNumber, ETag: part.ETag };
}

test('parts that arrive in any order become one object', async () => {
  const UploadId = await begin();
  const second = await upload(UploadId, 2, 'world');
  const first = await upload(UploadId, 1, 'hello ');
  const { Parts } = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
  expect(Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [1, 6],
    [2, 5],
  ]);
  const done = await s3.send(
    new CompleteMultipartUploadCommand({
      Bucket,
      Key,
      UploadId,
      MultipartUpload: { Parts: [first, second] },
    }),
  );
  expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
  const object = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(await object.Body?.transformToString()).toBe('hello world');
  expect(object.ContentType).toBe('text/plain');
});

test('an aborted upload is gone', async () => {
  const UploadId = await begin();
  await upload(UploadId, 1, 'never');
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  expect(Uploads ?? []).toEqual([]);
  await expect(upload(UploadId, 2, 'late')).rejects.toMatchObject({ name: 'NoSuchUpload' });
});

test('a part that was not uploaded cannot be completed', async () => {
  const UploadId = await begin();
  const parts = { Parts: [{ PartNumber: 1, ETag: '"0"' }] };
  await expect(
    s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: parts })),
  ).rejects.toMatchObject({ name: 'InvalidPart' });
});
