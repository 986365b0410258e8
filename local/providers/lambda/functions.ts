import { randomUUID } from 'node:crypto';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { CodeFolder, CodeSource } from './code-folder.ts';
import {
  type FunctionRecord,
  type FunctionSettings,
  fingerprint,
  settle,
} from './function-record.ts';
import type { AliasRecord, FunctionStore } from './function-store.ts';
import type { LayerStore } from './layer-store.ts';

/** Makes and changes functions, versions and aliases. */
export class Functions {
  readonly #host: Host;
  readonly #store: FunctionStore;
  readonly #layers: LayerStore;
  readonly #code: CodeFolder;

  constructor(host: Host, store: FunctionStore, layers: LayerStore, code: CodeFolder) {
    this.#host = host;
    this.#store = store;
    this.#layers = layers;
    this.#code = code;
  }

  async create(
    name: string,
    settings: FunctionSettings,
    source: CodeSource,
    tags: Readonly<Record<string, string>> = {},
  ): Promise<FunctionRecord> {
    if (this.#store.has(name)) throw conflict(`Function already exist: ${name}`);
    settle(name, settings); // refuses before anything is fetched
    const code = await this.#code.store(source);
    const record: FunctionRecord = {
      ...this.#described(name, settings),
      FunctionName: name,
      FunctionArn: this.#host.arn('lambda', `function:${name}`),
      Version: '$LATEST',
      CodeSize: code.size,
      CodeSha256: code.sha256,
      ...this.#stamp(),
    };
    this.#store.create(record, tags);
    return record;
  }

  /** Changes `$LATEST`. What `settings` leaves out stays, unless it is said to be complete. */
  async update(
    name: string,
    change: { settings?: FunctionSettings; complete?: boolean; source?: CodeSource },
  ): Promise<FunctionRecord> {
    const before = this.#store.resolve(name);
    const code = change.source && (await this.#code.store(change.source));
    const kept = change.complete ? {} : settingsOf(before);
    const settings = change.settings ? { ...kept, ...change.settings } : settingsOf(before);
    const record: FunctionRecord = {
      ...this.#described(name, settings),
      FunctionName: name,
      FunctionArn: before.FunctionArn,
      Version: '$LATEST',
      CodeSize: code?.size ?? before.CodeSize,
      CodeSha256: code?.sha256 ?? before.CodeSha256,
      ...this.#stamp(),
    };
    // Nothing has changed: environments go on, and nothing is new to publish.
    if (isSame(record, before)) return before;
    this.#store.putVersion(record);
    return record;
  }

  /** Publishes `$LATEST`; gives the last version when that is the same. */
  publish(name: string, description?: string, codeSha256?: string): FunctionRecord {
    const latest = this.#store.resolve(name);
    if (codeSha256 && codeSha256 !== latest.CodeSha256) {
      throw new AwsError(
        'InvalidParameterValueException',
        `CodeSHA256 (${codeSha256}) is different from current CodeSHA256 in $LATEST (${latest.CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    }
    const { lastVersion } = this.#store.attributes(name);
    const previous = this.#store.versions(name).at(-1);
    if (
      previous?.Version === String(lastVersion) &&
      fingerprint(previous) === fingerprint(latest)
    ) {
      return previous;
    }
    const Version = String(lastVersion + 1);
    const record: FunctionRecord = {
      ...latest,
      Version,
      FunctionArn: `${latest.FunctionArn}:${Version}`,
      Description: description ?? latest.Description,
      ...this.#stamp(),
    };
    this.#store.setAttributes(name, { lastVersion: lastVersion + 1 });
    this.#store.putVersion(record);
    return record;
  }

  deleteVersion(name: string, version: string): void {
    if (version === '$LATEST') {
      throw new AwsError('InvalidParameterValueException', '$LATEST cannot be deleted by itself');
    }
    const users = this.#store
      .aliases(name)
      .filter((alias) => versionsOf(alias).includes(version))
      .map((alias) => alias.Name);
    if (users.length > 0) {
      throw conflict(
        `Unable to delete version because the following aliases reference it: [${users.join(', ')}]`,
      );
    }
    this.#store.deleteVersion(name, version);
  }

  /** Makes an alias, or gives one its new state. */
  putAlias(alias: Omit<AliasRecord, 'AliasArn' | 'RevisionId'>): AliasRecord {
    const { FunctionName, Name } = alias;
    for (const version of versionsOf(alias)) this.#store.version(FunctionName, version);
    const weights = Object.values(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
    if (weights.some((weight) => !(weight >= 0 && weight <= 1)) || sum(weights) > 1) {
      throw new AwsError(
        'InvalidParameterValueException',
        `Weights of additional versions are ${weights.join(', ')}; each must be 0 to 1, and their sum at most 1`,
      );
    }
    const record: AliasRecord = {
      ...alias,
      AliasArn: this.#host.arn('lambda', `function:${FunctionName}:${Name}`),
      RevisionId: randomUUID(),
    };
    this.#store.putAlias(record);
    return record;
  }

  #described(name: string, settings: FunctionSettings) {
    const layers = (settings.Layers ?? []).map((arn) => this.#layers.used(arn));
    const Layers = layers.map(({ LayerVersionArn, CodeSize }) => ({
      Arn: LayerVersionArn,
      CodeSize,
    }));
    return { ...settle(name, settings), ...(Layers.length > 0 && { Layers }) };
  }

  #stamp(): { LastModified: string; RevisionId: string } {
    const time = new Date(this.#host.clock.now()).toISOString();
    return { LastModified: time.replace('Z', '+0000'), RevisionId: randomUUID() };
  }
}

function settingsOf(record: FunctionRecord): FunctionSettings {
  return { ...record, Layers: record.Layers?.map(({ Arn }) => Arn) ?? [] };
}

function isSame(a: FunctionRecord, b: FunctionRecord): boolean {
  return fingerprint(a) === fingerprint(b) && a.Description === b.Description;
}

function versionsOf(alias: Pick<AliasRecord, 'FunctionVersion' | 'RoutingConfig'>): string[] {
  return [
    alias.FunctionVersion,
    ...Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}),
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function conflict(message: string): AwsError {
  return new AwsError('ResourceConflictException', message, 409);
}
