import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ManifestVersion,
  type ModelManifest,
  type ModelSource,
  packageFiles,
  type TensorSpec,
} from '../serving/contract/manifest.ts';
import type { ImageLayout, OptimizedForm } from '../serving/contract/optimized-form.ts';
import { digestOf } from './digest.ts';
import { bundleFiles, type FunctionBundle } from './functions.ts';
import { formFiles } from './optimization/optimize.ts';
import { type OutputFile, writeOutputFolder } from './output-folder.ts';
import type { SizedVersion } from './package-plan.ts';
import { defaultOutDir } from './project.ts';

/** A version as it is served, after preparation. */
export interface ServedVersion extends SizedVersion {
  /** SHA-256 of the served model.onnx. */
  readonly digest: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** model.onnx and the files beside it that it names. */
  readonly files: readonly ServedFile[];
  /** The form that loads faster; it travels beside the plain one, which stays the fallback. */
  readonly optimized?: OptimizedModel;
}

/** See `OptimizedForm`, which the function reads. */
export interface OptimizedModel {
  readonly bytes: number;
  readonly architecture: string;
  readonly runtime: string;
  readonly layout?: Omit<ImageLayout, 'path'>;
  readonly files: readonly (ServedFile & { readonly bytes: number; readonly checksum: number })[];
}

export interface ServedFile {
  /** Path relative to the version's folder. */
  readonly path: string;
  /** Where it lies now. */
  readonly source: string;
}

export interface ModelPackageInput {
  readonly name: string;
  readonly awsName: string;
  readonly live: string;
  readonly versions: readonly ServedVersion[];
  readonly bundle: FunctionBundle;
  /** S3 objects of the versions that do not travel in the package. */
  readonly outside: ReadonlyMap<string, ModelSource>;
}

export interface ModelPackage {
  readonly folder: string;
  /** SHA-256 over everything that the function reads, so also over versions in S3. */
  readonly digest: string;
}

/** Lays out a model's function: the bundle, manifest.json and `versions/<v>/model.onnx`. */
export function stageModelPackage(
  input: ModelPackageInput,
  outDir = defaultOutDir(),
): ModelPackage {
  const manifest = JSON.stringify(manifestOf(input), undefined, 2);
  // The manifest holds the digest of every version, so the weights need no second reading.
  const digest = digestOf([
    ['code', input.bundle.digest],
    [packageFiles.manifest, manifest],
  ]);
  const folder = join(outDir, 'models', `${input.awsName}-${digest.slice(0, 16)}`);
  if (!existsSync(folder)) writeOutputFolder(folder, packageContent(input, manifest));
  return { folder, digest };
}

function packageContent(input: ModelPackageInput, manifest: string): OutputFile[] {
  const inside = input.versions.filter((version) => !input.outside.has(version.version));
  const weights = inside.flatMap((version) =>
    [
      ...version.files.map((file) => ({ ...file, folder: versionFolder(version.version) })),
      ...(version.optimized?.files ?? []).map((file) => ({
        ...file,
        folder: optimizedFolder(version.version),
      })),
    ].map(({ folder, path, source }) => ({ path: `${folder}/${path}`, source })),
  );
  return [
    ...bundleFiles(input.bundle),
    { path: packageFiles.manifest, content: manifest },
    ...weights,
  ];
}

/** What manifest.json says of a model. */
export function manifestOf({
  name,
  live,
  versions,
  outside,
}: Pick<ModelPackageInput, 'name' | 'live' | 'versions' | 'outside'>): ModelManifest {
  return {
    name,
    platform: 'onnxruntime_onnx',
    live,
    versions: versions.map(
      ({ version, digest, inputs, outputs, bytes, optimized }): ManifestVersion => {
        const source = outside.get(version);
        const packaged = { kind: 'package', path: `${versionFolder(version)}/model.onnx` } as const;
        return {
          version,
          digest,
          inputs,
          outputs,
          source: source ?? packaged,
          bytes,
          ...(optimized && !source && { optimized: formOf(version, optimized) }),
        };
      },
    ),
  };
}

function formOf(
  version: string,
  { architecture, runtime, layout, files }: OptimizedModel,
): OptimizedForm {
  const folder = optimizedFolder(version);
  return {
    path: `${folder}/${formFiles.model}`,
    architecture,
    runtime,
    ...(layout && { layout: { ...layout, path: `${folder}/${formFiles.layout}` } }),
    files: files.map(({ path, bytes, checksum }) => ({
      path: `${folder}/${path}`,
      bytes,
      checksum,
    })),
  };
}

function optimizedFolder(version: string): string {
  return `${versionFolder(version)}/optimized`;
}

/** Folder of a version in a package. */
export function versionFolder(version: string): string {
  return `versions/${version}`;
}
