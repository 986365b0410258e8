import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { AwsError } from '../host/aws-error.ts';
import type { Host } from '../host/host.ts';
import type { FileAsset } from './cloud-assembly.ts';
import { zipFolder } from './zip-folder.ts';

/** Puts assets where the templates look for them, each once however many stacks share it. */
export class AssetPublisher {
  readonly #host: Host;
  readonly #published = new Map<string, Promise<boolean>>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** True when the asset was not there before. Its key is its content's hash: what is there stays. */
  publish(asset: FileAsset): Promise<boolean> {
    const name = `${asset.bucket}/${asset.key}`;
    let published = this.#published.get(name);
    if (!published) {
      published = this.#upload(asset);
      this.#published.set(name, published);
    }
    return published;
  }

  async #upload({ bucket, key, packaging, path }: FileAsset): Promise<boolean> {
    const at = { Bucket: bucket, Key: key };
    if (await this.#exists(at)) return false;
    const Body = packaging === 'zip' ? Readable.from(zipFolder(path)) : createReadStream(path);
    await this.#host.call('s3', 'PutObject', { ...at, Body });
    return true;
  }

  async #exists(at: { Bucket: string; Key: string }): Promise<boolean> {
    try {
      await this.#host.call('s3', 'HeadObject', at);
      return true;
    } catch (error) {
      if (error instanceof AwsError && error.code === 'NoSuchKey') return false;
      throw error;
    }
  }
}
