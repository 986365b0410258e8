import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Copies objects of the model bucket to files. The SDK is loaded with the first object: most models
 * are in the package, and loading it would more than double their cold start.
 */
export function createModelBucket(bucket: string | undefined) {
  return async (key: string, file: string): Promise<void> => {
    if (!bucket) throw new Error(`no bucket is set to fetch ${key} from`);
    const { GetObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
    const client = new S3Client({});
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      await pipeline(Body as Readable, createWriteStream(file));
    } finally {
      client.destroy();
    }
  };
}
