import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import { parseS3Uri, type S3Location, s3Uri } from './s3-location.ts';
import { TransformFailure } from './transform-failure.ts';
import type { TransformRequest } from './transform-job-input.ts';

/** An object to be transformed. */
export interface SourceObject extends S3Location {
  /** What its key has behind the job's prefix; the output is named by it. */
  readonly name: string;
}

type S3DataSource = TransformRequest['TransformInput']['DataSource']['S3DataSource'];

/** The objects of a job: those below a prefix, or those that a manifest names. */
export async function sourceObjects(host: Host, source: S3DataSource): Promise<SourceObject[]> {
  const objects =
    source.S3DataType === 'ManifestFile'
      ? await listed(host, parseS3Uri(source.S3Uri))
      : await below(host, parseS3Uri(source.S3Uri));
  if (objects.length > 0) return objects;
  throw new TransformFailure(
    `ClientError: No S3 objects found under S3 URL "${source.S3Uri}" given in input data source. ` +
      `Please ensure that the bucket exists in the selected region ("${host.region}") and that objects exist under that S3 prefix.`,
  );
}

export async function openObject(host: Host, { Bucket, Key }: S3Location): Promise<Readable> {
  return (await host.call<{ Body: Readable }>('s3', 'GetObject', { Bucket, Key })).Body;
}

async function below(host: Host, { Bucket, Key }: S3Location): Promise<SourceObject[]> {
  const folder = Key.slice(0, Key.lastIndexOf('/') + 1);
  const found: SourceObject[] = [];
  for (let ContinuationToken: string | undefined; ; ) {
    const page = await host.call<{
      Contents?: { Key: string }[];
      NextContinuationToken?: string;
    }>('s3', 'ListObjectsV2', {
      Bucket,
      Prefix: Key,
      ...(ContinuationToken && { ContinuationToken }),
    });
    for (const { Key } of page.Contents ?? []) {
      if (!Key.endsWith('/')) found.push({ Bucket, Key, name: Key.slice(folder.length) });
    }
    ContinuationToken = page.NextContinuationToken;
    if (!ContinuationToken) return found;
  }
}

/** `[{"prefix": "s3://bucket/folder/"}, "a.jsonl", "b/c.jsonl"]` */
const manifest = z.tuple([z.object({ prefix: z.string() })], z.string());

async function listed(host: Host, at: S3Location): Promise<SourceObject[]> {
  try {
    const text = Buffer.concat(await (await openObject(host, at)).toArray()).toString();
    const [{ prefix }, ...names] = manifest.parse(JSON.parse(text));
    return names.map((name) => ({ ...parseS3Uri(prefix + name), name }));
  } catch (error) {
    throw new TransformFailure(
      `ClientError: The manifest ${s3Uri(at)} cannot be read: ${(error as Error).message}`,
    );
  }
}
