import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar/fs';
import type { Host } from '../../host/host.ts';
import type { ContainerDefinition } from './model.ts';
import { parseS3Uri, type S3Location, s3Uri } from './s3-location.ts';

/** A container may read what it was given, and shares it with the other instances. */
const READ_ONLY = 0o444;

/**
 * Model archives and prefixes from S3, unpacked once per content into the folder that a container
 * sees as /opt/ml/model.
 */
export class ModelData {
  readonly #host: Host;
  readonly #folder: string;
  readonly #unpacking = new Map<string, Promise<string>>();

  constructor(host: Host) {
    this.#host = host;
    this.#folder = join(host.storage('sagemaker').folder, 'model-data');
  }

  /** The folder with a container's model; an empty one for a container that brings its own. */
  async fetch(container: ContainerDefinition): Promise<string> {
    const source = container.ModelDataSource?.S3DataSource;
    const uri = source?.S3Uri ?? container.ModelDataUrl;
    if (uri === undefined) return this.#once('none', async () => {});
    const at = parseS3Uri(uri);
    if (source?.S3DataType === 'S3Prefix') return this.#prefix(at);
    const name = digest(at.Bucket, at.Key, await this.#etag(at));
    if (source?.CompressionType === 'None') return this.#once(name, (to) => this.#copy(at, '', to));
    return this.#once(name, (to) => this.#unpack(at, to));
  }

  async #prefix({ Bucket, Key }: S3Location): Promise<string> {
    const objects = await this.#list(Bucket, Key);
    if (objects.length === 0) throw downloadFailure({ Bucket, Key });
    const name = digest(Bucket, Key, ...objects.map((one) => `${one.Key} ${one.ETag}`));
    return this.#once(name, async (to) => {
      for (const one of objects) {
        if (!one.Key.endsWith('/')) await this.#copy({ Bucket, Key: one.Key }, Key, to);
      }
    });
  }

  async #list(Bucket: string, Prefix: string): Promise<{ Key: string; ETag: string }[]> {
    const found: { Key: string; ETag: string }[] = [];
    for (let ContinuationToken: string | undefined; ; ) {
      const page = await this.#host.call<{
        Contents?: { Key: string; ETag: string }[];
        NextContinuationToken?: string;
      }>('s3', 'ListObjectsV2', {
        Bucket,
        Prefix,
        ...(ContinuationToken && { ContinuationToken }),
      });
      found.push(...(page.Contents ?? []));
      ContinuationToken = page.NextContinuationToken;
      if (!ContinuationToken) return found;
    }
  }

  async #etag(at: S3Location): Promise<string> {
    try {
      return (await this.#host.call<{ ETag: string }>('s3', 'HeadObject', { ...at })).ETag;
    } catch (error) {
      throw downloadFailure(at, error);
    }
  }

  async #body(at: S3Location): Promise<Readable> {
    try {
      return (await this.#host.call<{ Body: Readable }>('s3', 'GetObject', { ...at })).Body;
    } catch (error) {
      throw downloadFailure(at, error);
    }
  }

  async #copy(at: S3Location, prefix: string, to: string): Promise<void> {
    const relative = at.Key.slice(prefix.length).replace(/^\/+/, '') || nameOf(at.Key);
    if (relative.split('/').includes('..')) throw downloadFailure(at);
    const path = join(to, relative);
    await mkdir(dirname(path), { recursive: true });
    await pipeline(await this.#body(at), createWriteStream(path));
    await chmod(path, READ_ONLY);
  }

  async #unpack(at: S3Location, to: string): Promise<void> {
    const body = await this.#body(at);
    try {
      const target = unpackTar(to, { strict: true, fmode: READ_ONLY, dmode: 0o755, map: plain });
      await pipeline(body, createGunzip(), target);
    } catch (error) {
      throw new Error(
        `Failed to extract model data archive tar file for container "primary" from URL: "${s3Uri(at)}". ` +
          `Please ensure that the object located at the URL is a valid tar.gz archive (${(error as Error).message}).`,
      );
    }
  }

  /** Makes a folder once, whole or not at all, however many instances ask for it. */
  #once(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
    const folder = join(this.#folder, name);
    if (existsSync(folder)) return Promise.resolve(folder);
    let unpacking = this.#unpacking.get(name);
    if (!unpacking) {
      unpacking = this.#make(folder, fill).finally(() => this.#unpacking.delete(name));
      this.#unpacking.set(name, unpacking);
    }
    return unpacking;
  }

  async #make(folder: string, fill: (folder: string) => Promise<void>): Promise<string> {
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true }); // left by a kill
    await mkdir(partial, { recursive: true });
    try {
      await fill(partial);
      renameSync(partial, folder);
      return folder;
    } catch (error) {
      rmSync(partial, { recursive: true, force: true });
      throw error;
    }
  }
}

/** Links are not made: a later name could lead out of the folder through one. */
function plain<T extends { readonly type?: string; readonly name: string }>(header: T): T {
  if (header.type === 'symlink' || header.type === 'link') {
    throw new Error(`${header.name} is a link`);
  }
  return header;
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

function downloadFailure(at: S3Location, cause?: unknown): Error {
  const why = cause === undefined ? '' : ` (${(cause as Error).message})`;
  return new Error(
    `Failed to download model data for container "primary" from URL: "${s3Uri(at)}". Please ensure that ` +
      `there is an object located at the URL and that the role passed to CreateModel has permissions to download the object.${why}`,
  );
}
