import { randomUUID } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { packTar, type TarSource } from 'modern-tar/fs';
import { digestOf } from './digest.ts';
import type { ServedVersion } from './model-package.ts';
import { defaultOutDir } from './project.ts';

export interface ModelArchive {
  /** Path of the model.tar.gz. */
  readonly path: string;
  /** SHA-256 over what is in it: equal models give equal digests on every machine. */
  readonly digest: string;
  readonly bytes: number;
}

export interface ModelArchiveInput {
  /** The model's name; the folder in the archive, without which Triton finds nothing. */
  readonly name: string;
  readonly version: Pick<ServedVersion, 'version' | 'digest' | 'files'>;
  /** Content of config.pbtxt. */
  readonly config: string;
}

/** Raise it when the layout changes, so that archives of an older one are not taken. */
const layout = 2;

/**
 * The model as a container of SageMaker finds it under /opt/ml/model: `<model>/config.pbtxt` and
 * `<model>/<version>/model.onnx` with its external data. Without times and owners: one content, one file.
 */
export async function buildModelArchive(
  { name, version, config }: ModelArchiveInput,
  outDir = defaultOutDir(),
): Promise<ModelArchive> {
  const digest = digestOf([
    ['layout', String(layout)],
    ['name', name],
    ['version', version.version],
    ['files', version.files.map(({ path }) => path).join('\0')],
    ['weights', version.digest],
    ['config', config],
  ]);
  const folder = join(outDir, 'archives', digest.slice(0, 32));
  const path = join(folder, 'model.tar.gz');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    await write(path, [
      { type: 'content', target: `${name}/config.pbtxt`, content: config, ...owner },
      ...version.files.map(
        (file): TarSource => ({
          type: 'file',
          // A link out of the working directory would be left out without a word.
          source: realpathSync(file.source),
          target: `${name}/${version.version}/${file.path}`,
          ...owner,
        }),
      ),
    ]);
  }
  return { path, digest, bytes: statSync(path).size };
}

const owner = { mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '', mode: 0o644 };

/** Appears by one rename, as everything that the build writes. */
async function write(path: string, sources: TarSource[]): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    // The fastest level: weights hardly shrink.
    await pipeline(
      packTar(sources, { concurrency: 1 }),
      createGzip({ level: 1 }),
      createWriteStream(draft),
    );
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}
