import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageFiles } from '../serving/contract/manifest.ts';
import { digestOf } from './digest.ts';
import { bundleFiles, type FunctionBundle } from './functions.ts';
import {
  type ModelPackage,
  manifestOf,
  type ServedVersion,
  versionFolder,
} from './model-package.ts';
import { writeOutputFolder } from './output-folder.ts';
import { defaultOutDir } from './project.ts';

export interface BatchModel {
  readonly name: string;
  readonly awsName: string;
  readonly live: string;
  readonly versions: readonly ServedVersion[];
}

/**
 * Lays out what the workers of a batch job unpack: manifest.json and every version as it was released.
 * No form that was optimized for another machine, and no limit of size as for a function.
 */
export function stageWorkerModel(model: BatchModel, outDir = defaultOutDir()): ModelPackage {
  const manifest = manifestText(model);
  // The manifest holds the digest of every version, so the weights need no second reading.
  const digest = digestOf([[packageFiles.manifest, manifest]]);
  const folder = join(outDir, 'batch', `${model.awsName}-model-${digest.slice(0, 16)}`);
  if (!existsSync(folder)) {
    const weights = model.versions.flatMap(({ version, files }) =>
      files.map(({ path, source }) => ({ path: `${versionFolder(version)}/${path}`, source })),
    );
    writeOutputFolder(folder, [{ path: packageFiles.manifest, content: manifest }, ...weights]);
  }
  return { folder, digest };
}

/** Lays out the planner: its bundle, and the same manifest.json beside it. */
export function stagePlanner(
  model: BatchModel,
  bundle: FunctionBundle,
  outDir = defaultOutDir(),
): ModelPackage {
  const manifest = manifestText(model);
  const digest = digestOf([
    ['code', bundle.digest],
    [packageFiles.manifest, manifest],
  ]);
  const folder = join(outDir, 'batch', `${model.awsName}-planner-${digest.slice(0, 16)}`);
  if (!existsSync(folder)) {
    const written = { path: packageFiles.manifest, content: manifest };
    writeOutputFolder(folder, [...bundleFiles(bundle), written]);
  }
  return { folder, digest };
}

function manifestText({ name, live, versions }: BatchModel): string {
  const plain = versions.map(({ optimized: _, ...version }) => version);
  const manifest = manifestOf({ name, live, versions: plain, outside: new Map() });
  return JSON.stringify(manifest, undefined, 2);
}
