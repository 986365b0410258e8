import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ManifestVersion } from '../contract/manifest.ts';
import { SiskinError } from '../error/siskin-error.ts';

/** Copies an object of the model bucket to a file. */
export type FetchObject = (key: string, file: string) => Promise<void>;

export interface ArtifactFolders {
  /** Folder of manifest.json. */
  readonly root: string;
  /** Writable folder for objects that are fetched. */
  readonly cache: string;
  readonly fetchObject: FetchObject;
}

/** The model file of a version: in the package, or fetched on first use and checked by its digest. */
export function artifactFile(
  version: ManifestVersion,
  folders: ArtifactFolders,
): string | Promise<string> {
  const { source } = version;
  if (source.kind === 'package') return join(folders.root, source.path);
  if (source.kind === 'endpoint') {
    throw new Error(`version ${version.version} is behind an endpoint and has no file`);
  }
  return fetchChecked(version, source.key, folders);
}

async function fetchChecked(
  { version, digest }: ManifestVersion,
  key: string,
  { cache, fetchObject }: ArtifactFolders,
): Promise<string> {
  const file = join(cache, `${digest}.onnx`);
  // Only a checked file gets this name, so an unloaded version need not be fetched again.
  if (existsSync(file)) return file;
  const partial = `${file}.partial`;
  await mkdir(cache, { recursive: true });
  try {
    await fetchObject(key, partial);
  } catch (cause) {
    throw new SiskinError('model_not_ready', `version ${version} could not be fetched; try again`, {
      cause,
    });
  }
  const found = await digestOf(partial);
  if (found !== digest) {
    await rm(partial, { force: true });
    throw new SiskinError(
      'model_not_ready',
      `version ${version} is damaged: its artifact has the digest ${found}, but ${digest} was released`,
    );
  }
  await rename(partial, file);
  return file;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
