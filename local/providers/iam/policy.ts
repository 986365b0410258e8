import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import type { PolicyDocument } from './role.ts';

export interface ManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly created: number;
  readonly description?: string;
  readonly document: PolicyDocument;
}

/** The account's own managed policies. AWS's are known by name only. */
export class PolicyStore {
  readonly #host: Host;
  readonly #policies: Collection<ManagedPolicy>;

  constructor(host: Host) {
    this.#host = host;
    this.#policies = host.storage('iam').collection<ManagedPolicy>('policies');
  }

  get(arn: string): ManagedPolicy {
    const policy = this.#policies.get(arn);
    if (!policy) throw new AwsError('NoSuchEntity', `There is no policy ${arn}`, 404);
    return policy;
  }

  create(policy: Omit<ManagedPolicy, 'arn' | 'created'>): ManagedPolicy {
    const arn = `arn:aws:iam::${this.#host.account}:policy${policy.path}${policy.name}`;
    if (this.#policies.has(arn)) {
      throw new AwsError('EntityAlreadyExists', `The policy ${policy.name} already exists`, 409);
    }
    const created = { ...policy, arn, created: this.#host.clock.now() };
    this.#policies.set(arn, created);
    return created;
  }

  change(arn: string, change: Partial<ManagedPolicy>): void {
    this.#policies.set(arn, { ...this.get(arn), ...change });
  }

  delete(arn: string): void {
    this.#policies.delete(arn);
  }
}
