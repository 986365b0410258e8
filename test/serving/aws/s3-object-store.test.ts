import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3Provider } from '../../../local/providers/s3/index.ts';
import { createS3ObjectStore } from '../../../serving/aws/s3-object-store.ts';
import type { ObjectStore } from '../../../serving/batch/object-store.ts';
import { placeOf } from '../../../serving/batch/place.ts';
import { startTestCloud, type TestCloud } from '../../fixtures/local-cloud.ts';
import { MemoryStore } from '../batch/memory-store.ts';

const place = (key: string) => placeOf(`s3://data/${key}`);
const bytes = (text: string) => Buffer.from(text);

let cloud: TestCloud;
const stores: Record<string, ObjectStore> = { memory: new MemoryStore() };

beforeAll(async () => {
  cloud = await startTestCloud({ providers: { s3: createS3Provider } });
  await cloud.host.call('s3', 'CreateBucket', { Bucket: 'data' });
  stores.s3 = createS3ObjectStore(new S3Client({ ...cloud.client, forcePathStyle: true }));
});

afterAll(() => cloud.stop());

// The store of the tests has to do as the real one does, or they would prove nothing.
describe.each(['memory', 's3'])('The object store %s', (name) => {
  const store = () => stores[name] as ObjectStore;
  const text = async (key: string, options = {}) => {
    const stored = await store().read(place(key), options);
    return stored && Buffer.from(stored.bytes).toString('utf8');
  };

  it('gives what was written, as a whole and in ranges', async () => {
    const etag = await store().write(place('a/text'), bytes('0123456789'));
    expect(await text('a/text')).toBe('0123456789');
    expect(await text('a/text', { range: { start: 2, end: 5 } })).toBe('234');
    expect(await text('a/text', { range: { start: 9, end: 10 }, etag })).toBe('9');
    expect((await store().read(place('a/text')))?.etag).toBe(etag);
  });

  it('gives nothing for an object that is missing, or another than the one meant', async () => {
    await store().write(place('a/etag'), bytes('one'));
    expect(await text('a/nowhere')).toBeUndefined();
    expect(await text('a/etag', { etag: 'f'.repeat(32) })).toBeUndefined();
    expect(await store().head(place('a/nowhere'))).toBeUndefined();
  });

  it('keeps metadata', async () => {
    const metadata = { 'siskin-part': '{"rows":3}' };
    const etag = await store().write(place('a/meta'), bytes('xyz'), { metadata });
    expect(await store().head(place('a/meta'))).toMatchObject({ size: 3, etag, metadata });
  });

  it('writes under a condition or not at all', async () => {
    const key = place('a/condition');
    const first = await store().write(key, bytes('one'), { condition: 'absent' });
    expect(first).toBeDefined();
    expect(await store().write(key, bytes('two'), { condition: 'absent' })).toBeUndefined();
    expect(await text('a/condition')).toBe('one');
    const condition = { etag: first as string };
    expect(await store().write(key, bytes('three'), { condition })).toBeDefined();
    expect(await store().write(key, bytes('four'), { condition })).toBeUndefined();
    expect(await text('a/condition')).toBe('three');
  });

  it('lists a prefix in the order of the keys', async () => {
    for (const key of ['list/b', 'list/a/1', 'list/a', 'other/c', 'list/ü &+%20']) {
      await store().write(place(key), bytes(key));
    }
    const keys: string[] = [];
    for await (const page of store().list(place('list/'))) keys.push(...page.map(({ key }) => key));
    expect(keys).toEqual(['list/a', 'list/a/1', 'list/b', 'list/ü &+%20']);
  });
});

describe('The object store s3', () => {
  it('does not take a missing bucket for a missing object', async () => {
    const { s3 } = stores;
    await expect(s3?.read(placeOf('s3://elsewhere/x'))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });
});
