import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { callerOf } from '../../../local/wire/caller.ts';

const request = (authorization: string | undefined, url = '/') =>
  ({ headers: { authorization }, url }) as IncomingMessage;
const signed = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

test('the credential scope names the caller, the region and the service', () => {
  expect(callerOf(request(signed('ssm')))).toEqual({
    accessKeyId: 'AKID',
    region: 'us-east-1',
    service: 'ssm',
  });
});

test('CloudWatch signs under the name of monitoring', () => {
  expect(callerOf(request(signed('monitoring')))?.service).toBe('cloudwatch');
});

test('a presigned query is a signature as well', () => {
  const url =
    '/b/k?X-Amz-Date=x&X-Amz-Credential=AKID%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&y=z';
  expect(callerOf(request(undefined, url))?.service).toBe('s3');
});

test.each(['Bearer x', 'AWS4-HMAC-SHA256 nonsense', undefined])('%s is nobody', (header) => {
  expect(callerOf(request(header))).toBeUndefined();
});
