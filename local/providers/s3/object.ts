import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection, Storage } from '../../host/storage.ts';
import type { DataFolder, ObjectBody, StoredData } from './data.ts';

/** Headers that an object keeps from its upload, by their names in the SDK. */
export const systemMetadata = [
  'ContentType',
  'ContentEncoding',
  'ContentDisposition',
  'ContentLanguage',
  'CacheControl',
] as const;

export type SystemMetadata = { readonly [name in (typeof systemMetadata)[number]]?: string };

export interface StoredObject {
  readonly key: string;
  readonly file: string;
  readonly size: number;
  readonly etag: string;
  /** Missing for objects that were uploaded in parts. */
  readonly crc32?: number;
  readonly modified: number;
  readonly system: SystemMetadata;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Describing {
  readonly system: SystemMetadata;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The objects of all buckets. One object is one document, and a file with its bytes. */
export class ObjectStore {
  readonly #host: Host;
  readonly #storage: Storage;
  readonly #data: DataFolder;

  constructor(host: Host, storage: Storage, data: DataFolder) {
    this.#host = host;
    this.#storage = storage;
    this.#data = data;
  }

  all(bucket: string): StoredObject[] {
    return this.#objects(bucket).values();
  }

  keys(bucket: string): string[] {
    return this.#objects(bucket).keys();
  }

  find(bucket: string, key: string): StoredObject | undefined {
    return this.#objects(bucket).get(key);
  }

  get(bucket: string, key: string): StoredObject {
    const found = this.find(bucket, key);
    if (!found) {
      throw new AwsError('NoSuchKey', `The bucket ${bucket} has no object ${key}`, 404);
    }
    return found;
  }

  /** Puts data that is on disk under a key; what was there goes. */
  async put(
    bucket: string,
    key: string,
    data: Omit<StoredData, 'md5' | 'crc32'> & { readonly etag: string; readonly crc32?: number },
    describing: Describing,
  ): Promise<StoredObject> {
    const objects = this.#objects(bucket);
    const replaced = objects.get(key);
    const { file, size, etag, crc32 } = data;
    const stored: StoredObject = {
      key,
      file,
      size,
      etag,
      ...(crc32 !== undefined && { crc32 }),
      modified: this.#host.clock.now(),
      ...describing,
    };
    objects.set(key, stored);
    if (replaced) await this.#data.remove(replaced.file);
    return stored;
  }

  async delete(bucket: string, key: string): Promise<void> {
    const stored = this.find(bucket, key);
    if (!stored) return;
    this.#objects(bucket).delete(key);
    await this.#data.remove(stored.file);
  }

  body(stored: StoredObject, first = 0, last = stored.size - 1): Promise<ObjectBody> {
    return this.#data.read(stored.file, first, last);
  }

  async copyData(stored: StoredObject): Promise<string> {
    return this.#data.copy(stored.file);
  }

  write(content: Parameters<DataFolder['write']>[0]): Promise<StoredData> {
    return this.#data.write(content);
  }

  discard(data: StoredData): Promise<void> {
    return this.#data.remove(data.file);
  }

  #objects(bucket: string): Collection<StoredObject> {
    return this.#storage.collection<StoredObject>(`objects/${bucket}`);
  }
}
