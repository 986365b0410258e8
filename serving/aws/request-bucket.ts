/** Keeps a body under a key, and says where: `s3://bucket/key`. */
export type PutRequest = (key: string, body: Uint8Array, contentType: string) => Promise<string>;

/**
 * Where the requests of an asynchronous endpoint wait, such as `s3://bucket/prefix/`. The SDK is loaded
 * with the first of them: fronts of other endpoints have no use for it.
 */
export function createRequestBucket(location: string): PutRequest {
  const [, bucket, prefix = ''] = location.match(/^s3:\/\/([^/]+)\/(.*)$/) ?? [];
  if (bucket === undefined) {
    throw new Error(`the place for requests is "${location}", but must be s3://bucket/prefix/`);
  }
  let sending: Promise<(key: string, body: Uint8Array, contentType: string) => Promise<unknown>>;
  return async (name, body, contentType) => {
    sending ??= openBucket(bucket);
    const send = await sending;
    const key = `${prefix}${name}`;
    await send(key, body, contentType);
    return `s3://${bucket}/${key}`;
  };
}

async function openBucket(bucket: string) {
  const { PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({});
  return (key: string, body: Uint8Array, contentType: string) =>
    client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }),
    );
}
