import { join } from 'node:path';
import { AwsError } from './aws-error.ts';
import type { CloudClock } from './clock.ts';
import type { Host } from './host.ts';
import type { Log } from './log.ts';
import type { CreateProvider, Operation, Provider, ResourceType } from './provider.ts';
import type { StandIn } from './stand-in.ts';
import { FileStorage, type Storage } from './storage.ts';

export interface CloudHostOptions {
  /** Folder of the cloud's state; each service has one below it. */
  readonly folder: string;
  readonly clock: CloudClock;
  readonly log: Log;
  readonly endpoint: string;
  readonly standIns?: readonly StandIn[];
  /** Service name -> provider. */
  readonly providers: Readonly<Record<string, CreateProvider>>;
}

/** The cloud itself: its providers, and what each of them is given. */
export class CloudHost implements Host {
  readonly account = '000000000000';
  readonly region = 'us-east-1';
  readonly clock: CloudClock;
  readonly log: Log;
  readonly endpoint: string;
  readonly standIns: readonly StandIn[];
  readonly #folder: string;
  readonly #storages = new Map<string, Storage>();
  readonly #providers = new Map<string, Provider>();
  readonly #resourceTypes = new Map<string, ResourceType>();

  constructor(options: CloudHostOptions) {
    this.clock = options.clock;
    this.log = options.log;
    this.endpoint = options.endpoint;
    this.standIns = options.standIns ?? [];
    this.#folder = options.folder;
    for (const [service, create] of Object.entries(options.providers)) {
      const provider = create(this);
      this.#providers.set(service, provider);
      for (const [type, resource] of Object.entries(provider.resources)) {
        this.#resourceTypes.set(type, resource);
      }
    }
  }

  get services(): ReadonlyMap<string, Provider> {
    return this.#providers;
  }

  storage(service: string): Storage {
    let storage = this.#storages.get(service);
    if (!storage) {
      storage = new FileStorage(join(this.#folder, service));
      this.#storages.set(service, storage);
    }
    return storage;
  }

  resourceType(type: string): ResourceType | undefined {
    return this.#resourceTypes.get(type);
  }

  /** Every request comes through here: an async function would take promises and turns of its own. */
  call<Output>(
    service: string,
    operation: string,
    input: Record<string, unknown>,
  ): Promise<Output> {
    try {
      return Promise.resolve(this.#operation(service, operation)(input) as Output);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #operation(service: string, operation: string): Operation {
    const provider = this.#providers.get(service);
    const operations = provider?.operations ?? {};
    if (Object.hasOwn(operations, operation)) return operations[operation] as Operation;
    const what = provider ? `operation ${operation} of ${service}` : `service ${service}`;
    throw new AwsError('UnknownOperationException', `The local cloud lacks the ${what}`);
  }

  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.region}:${this.account}:${resource}`;
  }

  /** Lets each provider take up what the last stop left behind. */
  async start(): Promise<void> {
    for (const provider of this.#providers.values()) await provider.start?.();
  }

  /** Stops all providers, also when one of them fails to, and then says which did. */
  async stop(): Promise<void> {
    const stops = [...this.#providers.values()].map(async (provider) => provider.stop?.());
    const failures = (await Promise.allSettled(stops)).filter((stop) => stop.status === 'rejected');
    if (failures.length > 0) {
      throw new AggregateError(
        failures.map((failure) => failure.reason),
        'The local cloud did not stop cleanly',
      );
    }
  }
}
