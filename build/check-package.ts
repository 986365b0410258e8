import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../lib/model-repository/model.ts';
import { type CheckManifest, checkFile } from '../serving/contract/check.ts';
import { digestOf } from './digest.ts';
import { bundleFiles, type FunctionBundle } from './functions.ts';
import { writeOutputFolder } from './output-folder.ts';
import { defaultOutDir } from './project.ts';

/** Lays out the pre-traffic check of a model: the bundle, check.json and the golden files. */
export function stageCheckPackage(
  model: Model,
  bundle: FunctionBundle,
  outDir = defaultOutDir(),
): { readonly folder: string; readonly digest: string } {
  const golden = goldenFiles(model);
  const manifest = JSON.stringify(manifestOf(model, golden), undefined, 2);
  const digest = digestOf([
    ['code', bundle.digest],
    [checkFile, manifest],
    ...golden.map(({ path, source }) => [path, readFileSync(source)] as const),
  ]);
  const folder = join(outDir, 'checks', `${model.awsName}-${digest.slice(0, 16)}`);
  if (!existsSync(folder)) {
    const written = { path: checkFile, content: manifest };
    writeOutputFolder(folder, [...bundleFiles(bundle), written, ...golden]);
  }
  return { folder, digest };
}

interface GoldenSource {
  readonly version: string;
  readonly path: string;
  readonly source: string;
}

/** Of every version: which one serves before a release is known only when it happens. */
function goldenFiles({ versions }: Model): GoldenSource[] {
  return versions.flatMap(({ version, goldenPath }) =>
    goldenPath ? [{ version, path: `golden/${version}.json`, source: goldenPath }] : [],
  );
}

function manifestOf(model: Model, golden: readonly GoldenSource[]): CheckManifest {
  const live = model.versions.find(({ version }) => version === model.live);
  return {
    model: model.name,
    live: model.live,
    inputs: live?.inputs ?? [],
    p95LatencyMs: model.config.alarms.p95LatencyMs,
    breaking: model.config.breaking,
    golden: Object.fromEntries(golden.map(({ version, path }) => [version, path])),
  };
}
