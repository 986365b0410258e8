import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { artifactDigest } from './artifact-digest.ts';
import { type GoldenReading, readGoldenFile } from './golden-file.ts';
import type { Artifact, ModelVersion } from './model.ts';
import { type ExternalFile, findExternalFiles } from './onnx/external-data.ts';
import { decodeOnnx, OnnxFormatError } from './onnx/onnx-model.ts';
import { operatorName, operatorsOf } from './onnx/operators.ts';
import { readSignature, type Signature } from './onnx/signature.ts';
import type { Problem } from './problem.ts';
import { type Profile, readProfileFile } from './profile-file.ts';

/** Files of a version's folder. */
export const versionFiles = {
  model: 'model.onnx',
  golden: 'golden.json',
  card: 'card.json',
  profile: 'profile.json',
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
  const content = readContent(path, folder);
  if ('problem' in content) return { problems: [content, ...beside] };
  const { signature, external, operators } = content;
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
  const artifact = artifactOf(path, folder, locations);
  const measured = readProfile(folder, artifact.digest);
  if (measured.problems.length > 0) return { problems: measured.problems };
  const version = {
    version: basename(folder),
    folder,
    artifact,
    inputs,
    outputs,
    zipMaps,
    fixedInputs,
    operators,
    ...(measured.profile && { profile: measured.profile }),
    ...optionalFile('goldenPath', join(folder, versionFiles.golden)),
    ...optionalFile('cardPath', join(folder, versionFiles.card)),
  };
  return { version, problems: [] };
}

interface Content {
  readonly signature: Signature;
  readonly external: readonly ExternalFile[];
  readonly operators: readonly string[];
}

function readContent(path: string, folder: string): Content | Problem {
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
    const model = decodeOnnx(bytes);
    return {
      signature: readSignature(model),
      external: findExternalFiles(model, folder),
      operators: operatorsOf(model).map(({ domain, type }) => operatorName(domain, type)),
    };
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

function artifactOf(path: string, folder: string, externalFiles: readonly string[]): Artifact {
  const files = [
    { name: versionFiles.model, path },
    ...externalFiles.map((name) => ({ name, path: join(folder, name) })),
  ];
  const bytes = files.reduce((sum, file) => sum + statSync(file.path).size, 0);
  return { path, bytes, digest: artifactDigest(files), externalFiles };
}

function readGolden(folder: string): GoldenReading {
  const path = join(folder, versionFiles.golden);
  return existsSync(path) ? readGoldenFile(path) : { problems: [] };
}

function readProfile(
  folder: string,
  digest: string,
): { readonly profile?: Profile | undefined; readonly problems: readonly Problem[] } {
  const path = join(folder, versionFiles.profile);
  return existsSync(path) ? readProfileFile(path, digest) : { problems: [] };
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
