import { createReadStream, createWriteStream, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

/** Files to objects and back. */
export class Objects {
  readonly bucket: string;
  readonly #client: S3Client;

  constructor(bucket: string, client = new S3Client({})) {
    this.bucket = bucket;
    this.#client = client;
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    const pages = paginateListObjectsV2(
      { client: this.#client },
      { Bucket: this.bucket, Prefix: prefix },
    );
    for await (const { Contents = [] } of pages) {
      for (const { Key = '', Size = 0, ETag = '' } of Contents) {
        yield { key: Key, size: Size, etag: ETag };
      }
    }
  }

  /** The object's metadata; undefined when it is not there. */
  async metadata(key: string): Promise<Readonly<Record<string, string>> | undefined> {
    try {
      const head = new HeadObjectCommand({ Bucket: this.bucket, Key: key });
      return (await this.#client.send(head)).Metadata ?? {};
    } catch (error) {
      if ((error as Error).name === 'NotFound') return undefined;
      throw error;
    }
  }

  async upload(
    file: string,
    key: string,
    bytes: number,
    metadata: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.bucket,
        Key: key,
        Body: createReadStream(file),
        ContentLength: bytes,
        Metadata: metadata,
      }),
    );
  }

  /** Writes the object to a file, which appears when it is whole. */
  async download(key: string, file: string): Promise<void> {
    const { Body } = await this.#client.send(
      new GetObjectCommand({ Bucket: this.bucket, Key: key }),
    );
    mkdirSync(dirname(file), { recursive: true });
    const half = `${file}.incomplete`;
    await pipeline(Body as Readable, createWriteStream(half));
    renameSync(half, file);
  }

  /** An object of JSON; undefined when it is not there. */
  async json<T>(key: string): Promise<T | undefined> {
    try {
      const command = new GetObjectCommand({ Bucket: this.bucket, Key: key });
      const { Body } = await this.#client.send(command);
      return JSON.parse((await Body?.transformToString()) ?? '') as T;
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }
}
