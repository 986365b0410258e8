import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import type { CodePackage } from './code-folder.ts';

export interface LayerVersion {
  readonly LayerName: string;
  readonly LayerArn: string;
  readonly LayerVersionArn: string;
  readonly Version: number;
  readonly Description: string;
  readonly CreatedDate: string;
  readonly CompatibleRuntimes?: readonly string[];
  readonly CompatibleArchitectures?: readonly string[];
  readonly LicenseInfo?: string;
  readonly CodeSha256: string;
  readonly CodeSize: number;
  /** A function's own reference to it outlives the layer, as in AWS. */
  readonly deleted: boolean;
}

export interface LayerSettings {
  readonly Description?: string;
  readonly CompatibleRuntimes?: readonly string[];
  readonly CompatibleArchitectures?: readonly string[];
  readonly LicenseInfo?: string;
}

/** Layer versions by ARN. */
export class LayerStore {
  readonly #host: Host;
  readonly #layers: Collection<LayerVersion>;
  readonly #counters: Collection<number>;

  constructor(host: Host) {
    this.#host = host;
    const storage = host.storage('lambda');
    this.#layers = storage.collection('layers');
    this.#counters = storage.collection('layer-counters');
  }

  publish(name: string, settings: LayerSettings, code: CodePackage): LayerVersion {
    const version = (this.#counters.get(name) ?? 0) + 1;
    this.#counters.set(name, version);
    const LayerArn = this.#host.arn('lambda', `layer:${name}`);
    const layer: LayerVersion = {
      LayerName: name,
      LayerArn,
      LayerVersionArn: `${LayerArn}:${version}`,
      Version: version,
      Description: settings.Description ?? '',
      CreatedDate: new Date(this.#host.clock.now()).toISOString(),
      ...(settings.CompatibleRuntimes && { CompatibleRuntimes: settings.CompatibleRuntimes }),
      ...(settings.CompatibleArchitectures && {
        CompatibleArchitectures: settings.CompatibleArchitectures,
      }),
      ...(settings.LicenseInfo && { LicenseInfo: settings.LicenseInfo }),
      CodeSha256: code.sha256,
      CodeSize: code.size,
      deleted: false,
    };
    this.#layers.set(layer.LayerVersionArn, layer);
    return layer;
  }

  /** Also a deleted one: versions of functions go on using it. */
  used(arn: string): LayerVersion {
    const found = this.#layers.get(arn);
    if (!found) throw missing(arn);
    return found;
  }

  get(arn: string): LayerVersion {
    const found = this.used(arn);
    if (found.deleted) throw missing(arn);
    return found;
  }

  delete(arn: string): void {
    const found = this.#layers.get(arn);
    if (found) this.#layers.set(arn, { ...found, deleted: true });
  }

  list(): LayerVersion[] {
    return this.#layers.values().filter((layer) => !layer.deleted);
  }

  /** Forgets deleted layers that no function uses any more. */
  forget(used: ReadonlySet<string>): void {
    for (const layer of this.#layers.values()) {
      if (layer.deleted && !used.has(layer.LayerVersionArn)) {
        this.#layers.delete(layer.LayerVersionArn);
      }
    }
  }

  every(): LayerVersion[] {
    return this.#layers.values();
  }
}

function missing(arn: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Layer version ${arn} does not exist.`, 404);
}
