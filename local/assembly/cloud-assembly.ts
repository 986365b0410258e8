import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Host } from '../host/host.ts';

/** One stack of a synthesized app, as `cdk.out` has it. */
export interface AssemblyStack {
  readonly name: string;
  /** Folder that its files are in. */
  readonly folder: string;
  readonly templateFile: string;
  /** Where its template will be in S3; missing when the app publishes no templates. */
  readonly templateObject?: { readonly bucket: string; readonly key: string };
  readonly assets: readonly FileAsset[];
  /** Names of the stacks that have to be deployed before. */
  readonly dependencies: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** A file, or a folder to be zipped, that a template refers to. */
export interface FileAsset {
  readonly path: string;
  readonly packaging: 'file' | 'zip';
  readonly bucket: string;
  readonly key: string;
}

interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type: string;
  readonly dependencies?: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: each type of artifact has properties of its own.
  readonly properties?: Record<string, any>;
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, AssetDeclaration>>;
}

interface AssetDeclaration {
  readonly source: { readonly path: string; readonly packaging?: 'file' | 'zip' };
  readonly destinations: Readonly<Record<string, { bucketName: string; objectKey: string }>>;
}

/** The stacks of a cloud assembly, those of its stages included. */
export function readAssembly(host: Host, folder: string): AssemblyStack[] {
  const { artifacts = {} } = readJson<Manifest>(folder, 'manifest.json');
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    if (artifact.type === 'cdk:cloud-assembly') {
      return readAssembly(host, join(folder, artifact.properties?.directoryName));
    }
    if (artifact.type !== 'aws:cloudformation:stack') return [];
    return [readStack(host, folder, id, artifact, artifacts)];
  });
}

function readStack(
  host: Host,
  folder: string,
  id: string,
  { dependencies = [], properties = {} }: Artifact,
  artifacts: Readonly<Record<string, Artifact>>,
): AssemblyStack {
  const needed = dependencies.map((name) => [name, artifacts[name]] as const);
  const templateObject = parseObjectUrl(host, properties.stackTemplateAssetObjectUrl);
  return {
    name: properties.stackName ?? id,
    folder,
    templateFile: join(folder, properties.templateFile),
    ...(templateObject && { templateObject }),
    assets: needed.flatMap(([, artifact]) =>
      artifact?.type === 'cdk:asset-manifest'
        ? readAssets(host, folder, artifact.properties?.file)
        : [],
    ),
    dependencies: needed.flatMap(([name, artifact]) =>
      artifact?.type === 'aws:cloudformation:stack' ? [artifact.properties?.stackName ?? name] : [],
    ),
    parameters: properties.parameters ?? {},
    tags: properties.tags ?? {},
  };
}

function readAssets(host: Host, folder: string, file: string): FileAsset[] {
  const { files = {} } = readJson<AssetManifest>(folder, file);
  return Object.values(files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ bucketName, objectKey }) => ({
      // An app may leave its assets where they are, by the path from the root.
      path: resolve(folder, source.path),
      packaging: source.packaging ?? 'file',
      bucket: fillIn(host, bucketName),
      key: fillIn(host, objectKey),
    })),
  );
}

function parseObjectUrl(host: Host, url: unknown) {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(String(url)) ?? [];
  return bucket && key ? { bucket: fillIn(host, bucket), key: fillIn(host, key) } : undefined;
}

/** Environment-agnostic stacks leave account and region to whoever deploys them. */
function fillIn({ account, region }: Host, text: string): string {
  const values: Readonly<Record<string, string>> = {
    AccountId: account,
    Partition: 'aws',
    Region: region,
  };
  return text.replace(/\$\{AWS::(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);
}

function readJson<T>(folder: string, file: string): T {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}
