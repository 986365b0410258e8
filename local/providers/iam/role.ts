import { createHash } from 'node:crypto';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';

export type PolicyDocument = Readonly<Record<string, unknown>>;

export interface Role {
  readonly name: string;
  readonly path: string;
  readonly created: number;
  readonly trust: PolicyDocument;
  readonly description?: string;
  readonly maxSessionDuration: number;
  readonly managedPolicyArns: readonly string[];
  /** Inline policies by name. */
  readonly policies: Readonly<Record<string, PolicyDocument>>;
  readonly tags: readonly { Key: string; Value: string }[];
}

export class RoleStore {
  readonly #host: Host;
  readonly #roles: Collection<Role>;

  constructor(host: Host) {
    this.#host = host;
    this.#roles = host.storage('iam').collection<Role>('roles');
  }

  find(name: string): Role | undefined {
    return this.#roles.get(name);
  }

  get(name: string): Role {
    const role = this.find(name);
    if (!role) throw new AwsError('NoSuchEntity', `There is no role ${name}`, 404);
    return role;
  }

  all(): Role[] {
    return this.#roles.values();
  }

  create(role: Omit<Role, 'created'>): Role {
    if (this.find(role.name)) {
      throw new AwsError('EntityAlreadyExists', `The role ${role.name} already exists`, 409);
    }
    const created = { ...role, created: this.#host.clock.now() };
    this.#roles.set(role.name, created);
    return created;
  }

  change(name: string, change: Partial<Role>): Role {
    const changed = { ...this.get(name), ...change };
    this.#roles.set(name, changed);
    return changed;
  }

  putPolicy(name: string, policyName: string, document: PolicyDocument): void {
    const { policies } = this.get(name);
    this.change(name, { policies: { ...policies, [policyName]: document } });
  }

  deletePolicy(name: string, policyName: string): void {
    const { [policyName]: _deleted, ...policies } = this.get(name).policies;
    this.change(name, { policies });
  }

  delete(name: string): void {
    this.#roles.delete(name);
  }

  arn({ path, name }: Role): string {
    return `arn:aws:iam::${this.#host.account}:role${path}${name}`;
  }

  /** The same for the same name and time: nothing refers to it but policies' conditions. */
  id({ name, created }: Role): string {
    const digest = createHash('sha256').update(`${name}@${created}`).digest('hex');
    return `AROA${digest.slice(0, 17).toUpperCase()}`;
  }
}
