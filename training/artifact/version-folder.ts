import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { GoldenFile } from '../../serving/contract/golden.ts';
import type { Card } from './card.ts';

/** Everything that a training run makes for one version, before it touches the disk. */
export interface TrainedVersion {
  readonly model: string;
  readonly version: string;
  readonly onnx: Uint8Array;
  /** A file that comes with an npm package, from the working directory: model.onnx is a link to it. */
  readonly linkTo?: string;
  readonly golden: GoldenFile;
  readonly card: Card;
}

export async function writeVersion(repository: string, trained: TrainedVersion): Promise<void> {
  for (const [path, content] of filesOf(repository, trained)) {
    await mkdir(dirname(path), { recursive: true });
    // Behind a link there is somebody else's file.
    await rm(path, { force: true });
    if (trained.linkTo && path.endsWith('.onnx')) await link(trained.linkTo, path);
    else await writeFile(path, content);
  }
}

/** A relative link, which is right wherever the project lies. */
async function link(target: string, path: string): Promise<void> {
  await symlink(relative(resolve(dirname(path)), resolve(target)), path);
}

/** Paths of the files on disk that differ from what training made, or are missing. */
export async function differences(repository: string, trained: TrainedVersion): Promise<string[]> {
  const compared = filesOf(repository, trained).map(async ([path, content]) => {
    const onDisk = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return onDisk?.equals(content) ? [] : [path];
  });
  return (await Promise.all(compared)).flat();
}

function filesOf(repository: string, trained: TrainedVersion): [path: string, content: Buffer][] {
  const folder = join(repository, trained.model, trained.version);
  return [
    [join(folder, 'model.onnx'), Buffer.from(trained.onnx)],
    [join(folder, 'golden.json'), jsonText(trained.golden)],
    [join(folder, 'card.json'), jsonText(trained.card)],
  ];
}

/** Indented JSON, with every list of numbers on one line: an image is a line, not 784. */
function jsonText(value: unknown): Buffer {
  const text = JSON.stringify(value, null, 2).replace(/\[\n[\d\s,.eE+-]+\]/g, (list) =>
    list.replace(/\s+/g, '').replaceAll(',', ', '),
  );
  return Buffer.from(`${text}\n`);
}
