import { randomUUID } from 'node:crypto';
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** A file of an output folder: content made here, or a file that exists elsewhere. */
export type OutputFile =
  | { readonly path: string; readonly content: string | Uint8Array }
  | { readonly path: string; readonly source: string };

/**
 * Makes `folder` hold exactly `files`. It appears by one rename: two synths at the same time (two
 * stages, two test workers) never read a half-written folder.
 */
export function writeOutputFolder(folder: string, files: Iterable<OutputFile>): void {
  const draft = `${folder}.${randomUUID()}`;
  try {
    for (const file of files) place(draft, file);
    rmSync(folder, { recursive: true, force: true });
    renameIfAbsent(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function renameIfAbsent(draft: string, folder: string): void {
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another process was faster. It builds the same sources, so its folder is as good as ours.
    if (!existsSync(folder)) throw error;
  }
}

function place(folder: string, file: OutputFile): void {
  const target = join(folder, file.path);
  mkdirSync(dirname(target), { recursive: true });
  if ('content' in file) writeFileSync(target, file.content);
  // A copy and no hard link: a training script that overwrites its model in place would else change
  // what an older digest names. Copy-on-write file systems make it free.
  else copyFileSync(file.source, target, constants.COPYFILE_FICLONE);
}
