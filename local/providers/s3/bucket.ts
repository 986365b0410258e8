import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection, Storage } from '../../host/storage.ts';

export interface Bucket {
  readonly name: string;
  readonly created: number;
  readonly versioning?: string;
  readonly policy?: string;
  readonly encryption?: EncryptionRule;
  readonly publicAccessBlock?: Record<string, unknown>;
  /** Its objects' events go to EventBridge. */
  readonly eventBridge?: boolean;
  readonly tags?: readonly { Key: string; Value: string }[];
}

export interface EncryptionRule {
  readonly ApplyServerSideEncryptionByDefault: {
    readonly SSEAlgorithm: string;
    readonly KMSMasterKeyID?: string;
  };
  readonly BucketKeyEnabled: boolean;
}

export class BucketStore {
  readonly #host: Host;
  readonly #buckets: Collection<Bucket>;

  constructor(host: Host, storage: Storage) {
    this.#host = host;
    this.#buckets = storage.collection<Bucket>('buckets');
  }

  all(): Bucket[] {
    return this.#buckets.values().sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  has(name: string): boolean {
    return this.#buckets.has(name);
  }

  get(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (!bucket) throw new AwsError('NoSuchBucket', `There is no bucket ${name}`, 404);
    return bucket;
  }

  create(name: string): Bucket {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      throw new AwsError(
        'InvalidBucketName',
        `${JSON.stringify(name)} is not a bucket's name: 3-63 of a-z, 0-9, dot and hyphen`,
      );
    }
    const bucket = { name, created: this.#host.clock.now() };
    this.#buckets.set(name, bucket);
    return bucket;
  }

  change(name: string, change: Partial<Bucket>): void {
    this.#buckets.set(name, { ...this.get(name), ...change });
  }

  removePolicy(name: string): void {
    const { policy: _policy, ...rest } = this.get(name);
    this.#buckets.set(name, rest);
  }

  delete(name: string): void {
    this.#buckets.delete(name);
  }
}
