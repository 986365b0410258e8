import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import type { TargetInput } from './target-input.ts';

export interface Target extends TargetInput {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string | undefined;
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  /** JSON. */
  readonly pattern?: string | undefined;
  readonly schedule?: string | undefined;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly roleArn?: string | undefined;
  /** When it was made, from which rates count. */
  readonly createdAt: number;
  readonly targets: readonly Target[];
}

/** The rules of the default event bus, which is the only one. */
export class Rules {
  /** Called with the name of a rule that has been changed or deleted. */
  onChange: (name: string) => void = () => {};
  readonly #host: Host;
  readonly #rules: Collection<Rule>;

  constructor(host: Host) {
    this.#host = host;
    this.#rules = host.storage('events').collection('rules');
  }

  all(): Rule[] {
    return this.#rules.values().sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): Rule | undefined {
    return this.#rules.get(name);
  }

  get(name: string): Rule {
    const found = this.find(name);
    if (found) return found;
    throw new AwsError(
      'ResourceNotFoundException',
      `Rule ${name} does not exist on EventBus default.`,
    );
  }

  put(given: Omit<Rule, 'arn' | 'createdAt' | 'targets'>): Rule {
    const before = this.find(given.name);
    const rule: Rule = {
      ...given,
      arn: this.#host.arn('events', `rule/${given.name}`),
      createdAt: before?.createdAt ?? this.#host.clock.now(),
      targets: before?.targets ?? [],
    };
    this.#set(rule);
    return rule;
  }

  setState(name: string, state: Rule['state']): void {
    this.#set({ ...this.get(name), state });
  }

  /** Targets of the same id are replaced. */
  putTargets(name: string, targets: readonly Target[]): void {
    const rule = this.get(name);
    const ids = new Set(targets.map(({ Id }) => Id));
    this.#set({ ...rule, targets: [...rule.targets.filter(({ Id }) => !ids.has(Id)), ...targets] });
  }

  removeTargets(name: string, ids: readonly string[]): void {
    const rule = this.get(name);
    this.#set({ ...rule, targets: rule.targets.filter(({ Id }) => !ids.includes(Id)) });
  }

  /** Deleting what is not there is no error, as in AWS. */
  delete(name: string): void {
    this.#rules.delete(name);
    this.onChange(name);
  }

  #set(rule: Rule): void {
    this.#rules.set(rule.name, rule);
    this.onChange(rule.name);
  }
}
