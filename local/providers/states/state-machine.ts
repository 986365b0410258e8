import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import { parseDefinition } from './definition.ts';
import { checkDefinition } from './interpreter.ts';

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly type: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly revision: number;
  readonly loggingConfiguration?: unknown;
  readonly tracingConfiguration?: unknown;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

export type MachineChange = Partial<
  Pick<
    StateMachine,
    'definition' | 'roleArn' | 'loggingConfiguration' | 'tracingConfiguration' | 'tags'
  >
>;

/** State machines. A running execution keeps the definition with which it has started. */
export class StateMachines {
  readonly #host: Host;
  readonly #machines: Collection<StateMachine>;

  constructor(host: Host) {
    this.#host = host;
    this.#machines = host.storage('states').collection('state-machines');
  }

  all(): StateMachine[] {
    return this.#machines.values().sort((a, b) => a.createdAt - b.createdAt);
  }

  get(arn: string): StateMachine {
    const found = this.#machines.get(arn);
    if (found) return found;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  async create(
    given: Pick<StateMachine, 'name' | 'definition' | 'roleArn' | 'type' | 'tags'> & MachineChange,
  ): Promise<StateMachine> {
    if (!/^[\w-]{1,80}$/.test(given.name)) {
      throw new AwsError('InvalidName', `Invalid Name: '${given.name}'`);
    }
    await checkDefinition(parseDefinition(given.definition));
    const arn = this.#host.arn('states', `stateMachine:${given.name}`);
    if (this.#machines.has(arn)) {
      throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    }
    const now = this.#host.clock.now();
    const machine: StateMachine = { ...given, arn, createdAt: now, updatedAt: now, revision: 1 };
    this.#machines.set(arn, machine);
    return machine;
  }

  async update(arn: string, change: MachineChange): Promise<StateMachine> {
    const before = this.get(arn);
    if (change.definition) await checkDefinition(parseDefinition(change.definition));
    const updatedAt = this.#host.clock.now();
    const machine = { ...before, ...change, updatedAt, revision: before.revision + 1 };
    this.#machines.set(arn, machine);
    return machine;
  }

  /** Deleting what is not there is no error, as in AWS. */
  delete(arn: string): void {
    this.#machines.delete(arn);
  }
}
