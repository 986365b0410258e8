import { invalid } from './refusals.ts';

export interface S3Location {
  readonly Bucket: string;
  readonly Key: string;
}

/** Reads `s3://bucket/key`, and the https addresses that S3 gives its objects. */
export function parseS3Uri(uri: string): S3Location {
  const [, plainBucket, plainKey] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  if (plainBucket !== undefined) return { Bucket: plainBucket, Key: plainKey ?? '' };
  const [, host = '', path = ''] = /^https?:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  const [, bucketInHost] = /^(.+)\.s3[.-][\w.-]*amazonaws\.com$/.exec(host) ?? [];
  if (bucketInHost) return { Bucket: bucketInHost, Key: decodeURIComponent(path) };
  const [bucket, ...key] = path.split('/');
  if (/^s3[.-][\w.-]*amazonaws\.com$/.test(host) && bucket && key.length > 0) {
    return { Bucket: bucket, Key: decodeURIComponent(key.join('/')) };
  }
  throw invalid(`${uri} is no address in Amazon S3; expected such as s3://bucket/key`);
}

export function s3Uri({ Bucket, Key }: S3Location): string {
  return `s3://${Bucket}/${Key}`;
}
