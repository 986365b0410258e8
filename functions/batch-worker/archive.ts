import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { objectBytes } from '../../serving/batch/object-bytes.ts';
import type { ObjectStore } from '../../serving/batch/object-store.ts';
import { type Place, placeText } from '../../serving/batch/place.ts';

/**
 * The folder with a zip archive's content. It is named by the archive's place, which names its content
 * (assets do), and used by every later worker of the machine.
 */
export async function unpackedArchive(
  store: ObjectStore,
  place: Place,
  scratch: string,
): Promise<string> {
  const digest = createHash('sha256').update(placeText(place)).digest('hex').slice(0, 16);
  const folder = join(scratch, `siskin-archive-${digest}`);
  if (existsSync(folder)) return folder;
  await mkdir(scratch, { recursive: true });
  const partial = await mkdtemp(`${folder}.`);
  try {
    const file = join(partial, 'archive.zip');
    const content = join(partial, 'content');
    await download(store, place, file);
    await unpack(file, content);
    await rename(content, folder);
  } catch (error) {
    // Another worker of this machine may have been first, with the same content.
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

async function download(store: ObjectStore, place: Place, file: string): Promise<void> {
  const head = await store.head(place);
  if (!head) throw new Error(`there is no archive at ${placeText(place)}`);
  const { size } = head;
  await pipeline(objectBytes(store, place, head).stream(0, size), createWriteStream(file));
}

/** yauzl refuses names that lead out of the folder, and data longer than announced. */
async function unpack(file: string, folder: string): Promise<void> {
  const zip = await openPromise(file, { autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      const path = join(folder, entry.fileName);
      if (entry.fileName.endsWith('/')) await mkdir(path, { recursive: true });
      else {
        await mkdir(dirname(path), { recursive: true });
        await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path));
      }
    }
  } finally {
    zip.close();
  }
}
