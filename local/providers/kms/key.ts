import { randomUUID } from 'node:crypto';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';

export interface Key {
  readonly id: string;
  readonly created: number;
  readonly description: string;
  readonly enabled: boolean;
  readonly rotation: boolean;
  readonly policy: unknown;
}

export interface Alias {
  /** `alias/...` */
  readonly name: string;
  readonly keyId: string;
  readonly created: number;
}

export class KeyStore {
  readonly #host: Host;
  readonly #keys: Collection<Key>;
  readonly #aliases: Collection<Alias>;

  constructor(host: Host) {
    this.#host = host;
    this.#keys = host.storage('kms').collection<Key>('keys');
    this.#aliases = host.storage('kms').collection<Alias>('aliases');
  }

  create(key: Omit<Key, 'id' | 'created'>): Key {
    const created = { ...key, id: randomUUID(), created: this.#host.clock.now() };
    this.#keys.set(created.id, created);
    return created;
  }

  change(id: string, change: Partial<Key>): Key {
    const changed = { ...this.get(id), ...change };
    this.#keys.set(id, changed);
    return changed;
  }

  /** By key id, key ARN, alias name or alias ARN. */
  get(reference: string): Key {
    const plain = reference.replace(/^arn:aws[^:]*:kms:[^:]*:[^:]*:(key\/)?/, '');
    const key = this.#keys.get(this.#aliases.get(plain)?.keyId ?? plain);
    if (!key) throw new AwsError('NotFoundException', `There is no key ${reference}`);
    return key;
  }

  all(): Key[] {
    return this.#keys.values();
  }

  delete(id: string): void {
    this.#keys.delete(id);
  }

  aliases(): Alias[] {
    return this.#aliases.values();
  }

  putAlias(name: string, reference: string): void {
    const { id } = this.get(reference);
    this.#aliases.set(name, { name, keyId: id, created: this.#host.clock.now() });
  }

  deleteAlias(name: string): void {
    this.#aliases.delete(name);
  }

  arn({ id }: Key): string {
    return this.#host.arn('kms', `key/${id}`);
  }

  aliasArn(name: string): string {
    return this.#host.arn('kms', name);
  }
}
