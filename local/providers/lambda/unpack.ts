import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise } from 'yauzl';
import { AwsError } from '../../host/aws-error.ts';
import { limits } from './limits.ts';

const FILE_TYPE = 0o170000;
const SYMBOLIC_LINK = 0o120000;

/**
 * Unzips `file` into the new folder `target`, or leaves nothing. yauzl refuses names that lead out
 * of the folder and data longer than announced; symbolic links are not made, because a later name
 * could go through one.
 */
export async function unpack(file: string, target: string): Promise<void> {
  try {
    await mkdir(target, { recursive: true });
    const zip = await openPromise(file, { autoClose: false });
    try {
      let total = 0;
      for await (const entry of zip.eachEntry()) {
        total += entry.uncompressedSize;
        if (total > limits.unzippedBytes) {
          throw new Error(`unzipped it is larger than ${limits.unzippedBytes} bytes`);
        }
        if (isSymbolicLink(entry)) continue;
        const path = join(target, entry.fileName);
        if (entry.fileName.endsWith('/')) {
          await mkdir(path, { recursive: true });
          continue;
        }
        await mkdir(dirname(path), { recursive: true });
        const mode = permissions(entry);
        await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path, { mode }));
      }
    } finally {
      zip.close();
    }
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    throw new AwsError(
      'InvalidParameterValueException',
      `Could not unzip uploaded file: ${(error as Error).message}. Check the file, then try to upload again.`,
    );
  }
}

function unixMode(entry: Entry): number {
  return entry.externalFileAttributes >>> 16;
}

function isSymbolicLink(entry: Entry): boolean {
  return (unixMode(entry) & FILE_TYPE) === SYMBOLIC_LINK;
}

/** As packed, and always readable by the process that runs the code. */
function permissions(entry: Entry): number {
  return (unixMode(entry) & 0o777) | 0o600;
}
