import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { artifactDigest } from '../lib/model-repository/artifact-digest.ts';
import type { ModelVersion } from '../lib/model-repository/model.ts';
import { castBrainFloats } from '../lib/model-repository/onnx/brain-float.ts';
import { cutZipMaps } from '../lib/model-repository/onnx/zip-map.ts';
import { versionFiles } from '../lib/model-repository/read-version.ts';
import type { TensorSpec } from '../serving/contract/manifest.ts';
import type { ServedVersion } from './model-package.ts';
import { writeOutputFolder } from './output-folder.ts';

/**
 * The version in the form that is served. A model that onnxruntime-node takes as it is stays where it
 * lies; any other is rewritten below `outDir`, with its external data beside it.
 */
export function prepareModel(source: ModelVersion, outDir: string): ServedVersion {
  const { version, inputs, outputs, artifact } = source;
  const asItIs = !needsPreparation(source);
  const folder = asItIs ? source.folder : rewritten(source, outDir);
  const files = [versionFiles.model, ...artifact.externalFiles].map((path) => ({
    path,
    source: join(folder, path),
  }));
  const bytes = files.reduce((sum, file) => sum + statSync(file.source).size, 0);
  const digest = asItIs
    ? artifact.digest
    : artifactDigest(files.map(({ path, source }) => ({ name: path, path: source })));
  return { version, bytes, digest, inputs, outputs, files };
}

function needsPreparation({ zipMaps, inputs, outputs }: ModelVersion): boolean {
  return zipMaps.length > 0 || brainFloats(inputs).length > 0 || brainFloats(outputs).length > 0;
}

/** Raise it when the rewriting changes, so that files made by an older one are not taken. */
const rewriting = 1;

/** Writes the model as onnxruntime-node takes it, once for each content of the original. */
function rewritten(source: ModelVersion, outDir: string): string {
  const { folder, artifact, zipMaps, inputs, outputs } = source;
  const prepared = join(outDir, 'prepared', `${artifact.digest.slice(0, 32)}-${rewriting}`);
  if (!existsSync(prepared)) {
    const original = readFileSync(artifact.path);
    const cut = zipMaps.length === 0 ? original : cutZipMaps(original, zipMaps);
    const content = castBrainFloats(cut, brainFloats(inputs), brainFloats(outputs));
    const external = artifact.externalFiles.map((path) => ({ path, source: join(folder, path) }));
    writeOutputFolder(prepared, [{ path: versionFiles.model, content }, ...external]);
  }
  return prepared;
}

function brainFloats(specs: readonly TensorSpec[]): string[] {
  return specs.filter(({ datatype }) => datatype === 'BF16').map(({ name }) => name);
}
