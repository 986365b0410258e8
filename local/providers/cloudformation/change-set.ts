import { randomUUID } from 'node:crypto';
import type { PredictedChange } from '../../assembly/predict.ts';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import type { StackDefinition } from './stack-document.ts';

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly type: string;
  readonly description?: string;
  readonly created: number;
  readonly status: string;
  readonly statusReason?: string;
  readonly executionStatus: string;
  readonly definition: StackDefinition;
  readonly changes: readonly PredictedChange[];
}

export class ChangeSetStore {
  readonly #host: Host;
  readonly #changeSets: Collection<ChangeSet>;

  constructor(host: Host) {
    this.#host = host;
    this.#changeSets = host.storage('cloudformation').collection<ChangeSet>('change-sets');
  }

  add(changeSet: Omit<ChangeSet, 'id' | 'created'>): ChangeSet {
    const added = {
      ...changeSet,
      id: this.#host.arn('cloudformation', `changeSet/${changeSet.name}/${randomUUID()}`),
      created: this.#host.clock.now(),
    };
    this.#changeSets.set(added.id, added);
    return added;
  }

  /** By ARN, or by name and stack. */
  find(nameOrId: string, stackName?: string): ChangeSet | undefined {
    return (
      this.#changeSets.get(nameOrId) ??
      this.#changeSets
        .values()
        .find(
          (set) =>
            set.name === nameOrId && (set.stackName === stackName || set.stackId === stackName),
        )
    );
  }

  get(nameOrId: string, stackName?: string): ChangeSet {
    const found = this.find(nameOrId, stackName);
    if (found) return found;
    throw new AwsError(
      'ChangeSetNotFound',
      `ChangeSet [${nameOrId}] does not exist${stackName ? ` for stack ${stackName}` : ''}`,
      404,
    );
  }

  of(stackId: string): ChangeSet[] {
    return this.#changeSets.values().filter((set) => set.stackId === stackId);
  }

  change(id: string, change: Partial<ChangeSet>): void {
    this.#changeSets.set(id, { ...this.get(id), ...change });
  }

  delete(id: string): void {
    this.#changeSets.delete(id);
  }
}
