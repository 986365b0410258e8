import { expect, test } from 'vitest';
import { operationOf, targetOf } from '../../../../local/wire/s3/route.ts';

test.each([
  ['127.0.0.1:8080', '/bucket/a/b', { bucket: 'bucket', key: 'a/b' }],
  ['localhost:8080', '/bucket', { bucket: 'bucket' }],
  ['localhost:8080', '/', {}],
  ['[::1]:8080', '/bucket/k', { bucket: 'bucket', key: 'k' }],
  ['my.bucket.localhost:8080', '/a', { bucket: 'my.bucket', key: 'a' }],
  ['bucket.s3.localhost:8080', '/a', { bucket: 'bucket', key: 'a' }],
  ['s3.us-east-1.localhost', '/bucket/a', { bucket: 'bucket', key: 'a' }],
  ['s3.us-east-1.amazonaws.com', '/bucket/a', { bucket: 'bucket', key: 'a' }],
  ['bucket.s3.us-east-1.amazonaws.com', '/a%20b', { bucket: 'bucket', key: 'a b' }],
])('%s%s is about %j', (host, path, target) => {
  expect(targetOf(host, path)).toEqual(target);
});

const operation = (method: string, query: string, headers = {}) =>
  operationOf(method, { bucket: 'b', key: 'k' }, new URLSearchParams(query), headers);

test('sub-resources and headers tell operations apart', () => {
  expect(operation('PUT', 'x-id=PutObject')).toBe('PutObject');
  expect(operation('PUT', 'uploadId=1&partNumber=2')).toBe('UploadPart');
  expect(operation('PUT', '', { 'x-amz-copy-source': 'a/b' })).toBe('CopyObject');
  expect(operation('POST', 'uploads')).toBe('CreateMultipartUpload');
});

test('a sub-resource that is not there is never taken for the object itself', () => {
  expect(() => operation('GET', 'acl')).toThrow('GET object?acl');
  expect(() => operation('PUT', 'tagging')).toThrow('PUT object?tagging');
});
