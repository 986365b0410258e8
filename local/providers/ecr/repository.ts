import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';

export interface Repository {
  readonly name: string;
  readonly created: number;
  readonly tagMutability: string;
}

export class RepositoryStore {
  readonly #host: Host;
  readonly #repositories: Collection<Repository>;

  constructor(host: Host) {
    this.#host = host;
    this.#repositories = host.storage('ecr').collection<Repository>('repositories');
  }

  all(): Repository[] {
    return this.#repositories.values();
  }

  get(name: string): Repository {
    const repository = this.#repositories.get(name);
    if (!repository) {
      throw new AwsError('RepositoryNotFoundException', `There is no repository ${name}`);
    }
    return repository;
  }

  create(name: string, tagMutability: string): Repository {
    if (this.#repositories.has(name)) {
      throw new AwsError('RepositoryAlreadyExistsException', `${name} already exists`);
    }
    const repository = { name, tagMutability, created: this.#host.clock.now() };
    this.#repositories.set(name, repository);
    return repository;
  }

  change(name: string, tagMutability: string): Repository {
    const repository = { ...this.get(name), tagMutability };
    this.#repositories.set(name, repository);
    return repository;
  }

  delete(name: string): void {
    this.#repositories.delete(name);
  }

  arn({ name }: Repository): string {
    return this.#host.arn('ecr', `repository/${name}`);
  }

  uri({ name }: Repository): string {
    return `${this.#host.account}.dkr.ecr.${this.#host.region}.amazonaws.com/${name}`;
  }
}
