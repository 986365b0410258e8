import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { artifactDigest } from '../lib/model-repository/artifact-digest.ts';
import type { ModelVersion } from '../lib/model-repository/model.ts';
import { cutZipMaps } from '../lib/model-repository/onnx/zip-map.ts';
import { versionFiles } from '../lib/model-repository/read-version.ts';
import type { ServedVersion } from './model-package.ts';
import { writeOutputFolder } from './output-folder.ts';

/**
 * The version in the form that is served. A model that onnxruntime-node takes as it is stays where it
 * lies; one that ends in ZipMaps is written without them below `outDir`.
 */
export function prepareModel(source: ModelVersion, outDir: string): ServedVersion {
  const { version, inputs, outputs, artifact } = source;
  const asItIs = source.zipMaps.length === 0;
  const model = asItIs ? artifact.path : withoutZipMaps(source, outDir);
  const files = [
    { path: versionFiles.model, source: model },
    ...artifact.externalFiles.map((path) => ({ path, source: join(source.folder, path) })),
  ];
  const bytes = files.reduce((sum, file) => sum + statSync(file.source).size, 0);
  const digest = asItIs
    ? artifact.digest
    : artifactDigest(files.map(({ path, source }) => ({ name: path, path: source })));
  return { version, bytes, digest, inputs, outputs, files };
}

function withoutZipMaps({ artifact, zipMaps }: ModelVersion, outDir: string): string {
  const folder = join(outDir, 'prepared', artifact.digest);
  const path = join(folder, versionFiles.model);
  if (!existsSync(path)) {
    const content = cutZipMaps(readFileSync(artifact.path), zipMaps);
    writeOutputFolder(folder, [{ path: versionFiles.model, content }]);
  }
  return path;
}
