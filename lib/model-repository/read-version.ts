import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type GoldenReading, readGoldenFile } from './golden-file.ts';
import type { Artifact, ModelVersion } from './model.ts';
import { findExternalFiles } from './onnx/external-data.ts';
import { decodeOnnx, OnnxFormatError, type OnnxModel } from './onnx/onnx-model.ts';
import { readSignature } from './onnx/signature.ts';
import type { Problem } from './problem.ts';

/** Files of a version's folder. */
export const versionFiles = {
  model: 'model.onnx',
  golden: 'golden.json',
  card: 'card.json',
} as const;

/** Protobuf's own limit, and Node's for one read. */
const maxModelBytes = 2 ** 31 - 1;

export type VersionReading =
  | { readonly version: ModelVersion; readonly problems: readonly [] }
  | { readonly version?: undefined; readonly problems: readonly Problem[] };

/** Reads one version's folder: the graph's signature, the digest, and the files beside it. */
export function readVersion(folder: string): VersionReading {
  const path = join(folder, versionFiles.model);
  const beside = [...readGolden(folder).problems, ...cardProblems(folder)];
  const loaded = load(path);
  if ('problem' in loaded) return { problems: [loaded, ...beside] };
  const { model, bytes } = loaded;

  const signature = readSignature(model);
  const external = findExternalFiles(model, folder);
  const problems: Problem[] = [
    ...signature.faults.map((fault) => ({ file: path, ...fault })),
    ...external.flatMap(({ location, fault }) =>
      fault === undefined ? [] : [externalProblem(path, location, fault)],
    ),
    ...beside,
  ];
  if (problems.length > 0) return { problems };
  const { inputs, outputs, zipMaps, fixedInputs } = signature;
  const locations = external.map(({ location }) => location);
  const version = {
    version: basename(folder),
    folder,
    artifact: artifactOf(path, bytes, folder, locations),
    inputs,
    outputs,
    zipMaps,
    fixedInputs,
    ...optionalFile('goldenPath', join(folder, versionFiles.golden)),
    ...optionalFile('cardPath', join(folder, versionFiles.card)),
  };
  return { version, problems: [] };
}

function load(path: string): { model: OnnxModel; bytes: Buffer } | Problem {
  const size = statSync(path, { throwIfNoEntry: false });
  if (!size?.isFile()) {
    const fix = `Put the model there as ${versionFiles.model}, or remove the folder`;
    return { file: path, problem: 'is missing from the version folder', fix };
  }
  if (size.size > maxModelBytes) {
    const fix = 'Export again with external data; docs/bring-your-model.md shows how';
    const seen = `${size.size} bytes`;
    return { file: path, seen, problem: 'is larger than the 2 GiB that protobuf allows', fix };
  }
  const bytes = readFileSync(path);
  try {
    return { model: decodeOnnx(bytes), bytes };
  } catch (cause) {
    if (!(cause instanceof OnnxFormatError)) throw cause;
    const fix = 'Export it again, or copy it again and compare the sizes';
    return { file: path, seen: `${bytes.length} bytes`, problem: cause.message, fix };
  }
}

function externalProblem(file: string, seen: string, fault: 'outside' | 'missing'): Problem {
  const field = 'external data';
  return fault === 'missing'
    ? {
        file,
        field,
        seen,
        problem: 'names a file that is not there',
        fix: 'Copy the file beside model.onnx, under the name that the export gave it',
      }
    : {
        file,
        field,
        seen,
        problem: "names a file outside the version's folder",
        fix: 'Export again with a plain file name; a version is one self-contained folder',
      };
}

function artifactOf(
  path: string,
  bytes: Buffer,
  folder: string,
  externalFiles: readonly string[],
): Artifact {
  const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
  if (externalFiles.length === 0) {
    return { path, bytes: bytes.length, digest: sha256(bytes), externalFiles };
  }
  const files = [versionFiles.model, ...externalFiles].sort();
  let total = 0;
  const lines = files.map((file) => {
    const content = file === versionFiles.model ? bytes : readFileSync(join(folder, file));
    total += content.length;
    return `${sha256(content)}  ${file}\n`;
  });
  return { path, bytes: total, digest: sha256(lines.join('')), externalFiles };
}

function readGolden(folder: string): GoldenReading {
  const path = join(folder, versionFiles.golden);
  return existsSync(path) ? readGoldenFile(path) : { problems: [] };
}

/** A card is free in form; only that it can be read is ours to check. */
function cardProblems(folder: string): Problem[] {
  const file = join(folder, versionFiles.card);
  if (!existsSync(file)) return [];
  try {
    JSON.parse(readFileSync(file, 'utf8'));
    return [];
  } catch (cause) {
    const problem = `is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    return [{ file, problem, fix: 'Correct the JSON, or remove the file' }];
  }
}

function optionalFile<Key extends string>(key: Key, path: string): { [K in Key]?: string } {
  return (existsSync(path) ? { [key]: path } : {}) as { [K in Key]?: string };
}
