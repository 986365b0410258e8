import { AwsError } from '../../host/aws-error.ts';

/** What a request to S3 is about: host and path name the bucket and the key. */
export interface S3Target {
  readonly bucket?: string;
  readonly key?: string;
}

/**
 * Bucket and key of a request. Path style is `/bucket/key`; hosts like `bucket.localhost` and
 * `bucket.s3.us-east-1.amazonaws.com` name the bucket, hosts that begin with `s3` do not.
 */
export function targetOf(host: string, pathname: string): S3Target {
  const [path = '', ...rest] = pathname.slice(1).split('/');
  const named = bucketOfHost(host);
  if (named) return withKey(named, pathname.slice(1));
  return path ? withKey(decodeURIComponent(path), rest.join('/')) : {};
}

function withKey(bucket: string, key: string): S3Target {
  return key ? { bucket, key: decodeURIComponent(key) } : { bucket };
}

function bucketOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '');
  if (/^(s3[.-]|localhost$|\[|[\d.]+$)/.test(name)) return undefined;
  return /^(.+?)\.(?:s3[.-].+|s3|localhost)$/.exec(name)?.[1];
}

type Level = 'service' | 'bucket' | 'object';

/** Method, level and distinguishing query parameter or header -> operation; the first that fits. */
const routes: readonly (readonly [string, Level, string, string])[] = [
  ['GET', 'service', '', 'ListBuckets'],
  ['GET', 'bucket', 'location', 'GetBucketLocation'],
  ['GET', 'bucket', 'versioning', 'GetBucketVersioning'],
  ['GET', 'bucket', 'encryption', 'GetBucketEncryption'],
  ['GET', 'bucket', 'policy', 'GetBucketPolicy'],
  ['GET', 'bucket', 'tagging', 'GetBucketTagging'],
  ['GET', 'bucket', 'publicAccessBlock', 'GetPublicAccessBlock'],
  ['GET', 'bucket', 'uploads', 'ListMultipartUploads'],
  ['GET', 'bucket', 'versions', 'ListObjectVersions'],
  ['GET', 'bucket', 'list-type', 'ListObjectsV2'],
  ['GET', 'bucket', '', 'ListObjects'],
  ['HEAD', 'bucket', '', 'HeadBucket'],
  ['PUT', 'bucket', 'versioning', 'PutBucketVersioning'],
  ['PUT', 'bucket', 'policy', 'PutBucketPolicy'],
  ['PUT', 'bucket', '', 'CreateBucket'],
  ['DELETE', 'bucket', 'policy', 'DeleteBucketPolicy'],
  ['DELETE', 'bucket', '', 'DeleteBucket'],
  ['POST', 'bucket', 'delete', 'DeleteObjects'],
  ['GET', 'object', 'uploadId', 'ListParts'],
  ['GET', 'object', '', 'GetObject'],
  ['HEAD', 'object', '', 'HeadObject'],
  ['PUT', 'object', 'uploadId', 'UploadPart'],
  ['PUT', 'object', 'x-amz-copy-source', 'CopyObject'],
  ['PUT', 'object', '', 'PutObject'],
  ['DELETE', 'object', 'uploadId', 'AbortMultipartUpload'],
  ['DELETE', 'object', '', 'DeleteObject'],
  ['POST', 'object', 'uploads', 'CreateMultipartUpload'],
  ['POST', 'object', 'uploadId', 'CompleteMultipartUpload'],
];

/** Sub-resources by name: an unknown one must not be taken for the plain operation. */
const subresources =
  /^(acl|accelerate|analytics|attributes|cors|encryption|inventory|legal-hold|lifecycle|logging|metrics|notification|object-lock|ownershipControls|policyStatus|publicAccessBlock|replication|requestPayment|restore|retention|select|tagging|torrent|website|location|versioning|policy|uploads|versions)$/;

export function operationOf(
  method: string,
  target: S3Target,
  query: URLSearchParams,
  headers: Readonly<Record<string, unknown>>,
): string {
  const level: Level = target.key ? 'object' : target.bucket ? 'bucket' : 'service';
  const marked = (mark: string) => query.has(mark) || headers[mark] !== undefined;
  const subresource = [...query.keys()].find((name) => subresources.test(name));
  for (const [routeMethod, routeLevel, mark, operation] of routes) {
    if (routeMethod !== method || routeLevel !== level) continue;
    if (mark ? marked(mark) : !subresource) return operation;
  }
  const what = `${method} ${level}${subresource ? `?${subresource}` : ''}`;
  throw new AwsError('NotImplemented', `The local cloud lacks the S3 operation ${what}`, 501);
}
