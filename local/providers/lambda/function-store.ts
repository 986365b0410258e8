import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import { isVersion } from './function-name.ts';
import type { FunctionRecord } from './function-record.ts';

export interface AliasRecord {
  readonly FunctionName: string;
  readonly Name: string;
  readonly AliasArn: string;
  readonly FunctionVersion: string;
  readonly Description: string;
  /** Other versions and the share of requests that each gets. */
  readonly RoutingConfig?: { readonly AdditionalVersionWeights: Record<string, number> };
  readonly RevisionId: string;
}

/** What belongs to a function as a whole and not to one of its versions. */
export interface FunctionAttributes {
  /** The number that the last published version got; numbers are never used twice. */
  readonly lastVersion: number;
  readonly reservedConcurrency?: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Policy statements by qualifier; '' is the function itself. */
  readonly policies: Readonly<Record<string, readonly PolicyStatement[]>>;
  readonly eventInvoke: Readonly<Record<string, EventInvokeConfig>>;
  readonly provisioned: Readonly<Record<string, number>>;
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly [member: string]: unknown;
}

export interface EventInvokeConfig {
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
  readonly DestinationConfig?: object;
}

/** Functions, their versions and aliases as they are kept between two starts. */
export class FunctionStore {
  readonly #versions: Collection<FunctionRecord>;
  readonly #aliases: Collection<AliasRecord>;
  readonly #attributes: Collection<FunctionAttributes>;
  /** Called with a function's name after any change to it. */
  onChange: (name: string) => void = () => {};

  constructor(host: Host) {
    const storage = host.storage('lambda');
    this.#versions = storage.collection('versions');
    this.#aliases = storage.collection('aliases');
    this.#attributes = storage.collection('attributes');
  }

  names(): string[] {
    return this.#attributes.keys().sort();
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  attributes(name: string): FunctionAttributes {
    const found = this.#attributes.get(name);
    if (!found) throw notFound(`Function not found: ${name}`);
    return found;
  }

  setAttributes(name: string, change: Partial<FunctionAttributes>): void {
    this.#attributes.set(name, { ...this.attributes(name), ...change });
    this.onChange(name);
  }

  create(record: FunctionRecord, tags: Readonly<Record<string, string>>): void {
    const { FunctionName: name } = record;
    this.#attributes.set(name, {
      lastVersion: 0,
      tags,
      policies: {},
      eventInvoke: {},
      provisioned: {},
    });
    this.putVersion(record);
  }

  /** One version by number or `$LATEST`. */
  version(name: string, version: string): FunctionRecord {
    const found = this.#versions.get(`${name}:${version}`);
    if (!found) throw notFound(`Function not found: ${name}:${version}`);
    return found;
  }

  /** Every version of a function, `$LATEST` first, then by number. */
  versions(name: string): FunctionRecord[] {
    const found = this.#versions.values().filter((record) => record.FunctionName === name);
    return found.sort((a, b) => rank(a.Version) - rank(b.Version));
  }

  everyVersion(): FunctionRecord[] {
    return this.#versions.values();
  }

  putVersion(record: FunctionRecord): void {
    this.#versions.set(`${record.FunctionName}:${record.Version}`, record);
    this.onChange(record.FunctionName);
  }

  deleteVersion(name: string, version: string): void {
    this.#versions.delete(`${name}:${version}`);
    this.onChange(name);
  }

  aliases(name: string): AliasRecord[] {
    return this.#aliases.values().filter((alias) => alias.FunctionName === name);
  }

  alias(name: string, alias: string): AliasRecord {
    const found = this.#aliases.get(`${name}:${alias}`);
    if (!found) throw notFound(`Cannot find alias arn: ${name}:${alias}`);
    return found;
  }

  hasAlias(name: string, alias: string): boolean {
    return this.#aliases.has(`${name}:${alias}`);
  }

  putAlias(alias: AliasRecord): void {
    this.#aliases.set(`${alias.FunctionName}:${alias.Name}`, alias);
    this.onChange(alias.FunctionName);
  }

  deleteAlias(name: string, alias: string): void {
    this.#aliases.delete(`${name}:${alias}`);
    this.onChange(name);
  }

  /** Removes a function with its versions and aliases. */
  delete(name: string): void {
    for (const { Version } of this.versions(name)) this.#versions.delete(`${name}:${Version}`);
    for (const { Name } of this.aliases(name)) this.#aliases.delete(`${name}:${Name}`);
    this.#attributes.delete(name);
    this.onChange(name);
  }

  /** The record behind a qualifier; an alias gives its main version. */
  resolve(name: string, qualifier = '$LATEST'): FunctionRecord {
    this.attributes(name);
    if (isVersion(qualifier)) return this.version(name, qualifier);
    return this.version(name, this.alias(name, qualifier).FunctionVersion);
  }
}

function rank(version: string): number {
  return version === '$LATEST' ? 0 : Number(version);
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, 404);
}
