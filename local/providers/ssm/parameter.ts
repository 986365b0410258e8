import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import { parseTimeScale, TIME_SCALE } from './time-scale.ts';

export interface StoredParameter {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly version: number;
  readonly description?: string;
  readonly modified: number;
}

export interface PutParameter {
  readonly Name: string;
  readonly Value: string;
  readonly Type?: string;
  readonly Description?: string;
  readonly Overwrite?: boolean;
}

const types = ['String', 'StringList', 'SecureString'];
const LONGEST_VALUE = 8192;

/** The parameters of the account; the one named by TIME_SCALE drives the clock. */
export class ParameterStore {
  readonly #host: Host;
  readonly #parameters: Collection<StoredParameter>;

  constructor(host: Host) {
    this.#host = host;
    this.#parameters = host.storage('ssm').collection<StoredParameter>('parameters');
  }

  /** Names may be given as ARNs. */
  find(name: string): StoredParameter | undefined {
    const plain = /^arn:aws[^:]*:ssm:[^:]*:[^:]*:parameter(\/.+)$/.exec(name)?.[1] ?? name;
    // An ARN has a slash before a name that begins without one.
    return this.#parameters.get(plain) ?? this.#parameters.get(plain.slice(1));
  }

  get(name: string): StoredParameter {
    const found = this.find(name);
    if (!found) throw new AwsError('ParameterNotFound', `There is no parameter ${name}`);
    return found;
  }

  all(): StoredParameter[] {
    return this.#parameters.values().sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  put(input: PutParameter): StoredParameter {
    const current = this.#parameters.get(input.Name);
    if (current && !input.Overwrite) {
      throw new AwsError(
        'ParameterAlreadyExists',
        `The parameter ${input.Name} already exists; set Overwrite to change it`,
      );
    }
    check(input);
    if (input.Name === TIME_SCALE) this.#host.clock.setRate(parseTimeScale(input.Value));
    const stored: StoredParameter = {
      name: input.Name,
      type: input.Type ?? current?.type ?? 'String',
      value: input.Value,
      version: (current?.version ?? 0) + 1,
      ...(input.Description !== undefined && { description: input.Description }),
      modified: this.#host.clock.now(),
    };
    this.#parameters.set(input.Name, stored);
    return stored;
  }

  delete(name: string): void {
    this.get(name);
    this.#parameters.delete(name);
  }

  arn(parameter: StoredParameter): string {
    const { name } = parameter;
    return this.#host.arn('ssm', `parameter${name.startsWith('/') ? '' : '/'}${name}`);
  }
}

function check({ Name, Value, Type }: PutParameter): void {
  if (!/^[\w./-]{1,1011}$/.test(Name ?? '')) {
    throw new AwsError('ValidationException', `${JSON.stringify(Name)} is not a parameter's name`);
  }
  if (typeof Value !== 'string' || Value === '' || Value.length > LONGEST_VALUE) {
    throw new AwsError('ValidationException', `The value of ${Name} takes 1-8192 characters`);
  }
  if (Type !== undefined && !types.includes(Type)) {
    throw new AwsError('UnsupportedParameterType', `${Type} is none of ${types.join(', ')}`);
  }
}
