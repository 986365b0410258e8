import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { crc32 } from 'node:zlib';
import { Zip, ZipPassThrough } from 'fflate';

/** Zip has no earlier time; with one time for all, equal folders give equal archives. */
const MODIFIED = new Date(1980, 0, 1);
const UNIX = 3;

/**
 * A folder as a zip archive, piece by piece. Nothing is compressed: the archive goes to the same
 * disk that it is unpacked on again.
 */
export async function* zipFolder(folder: string): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const take = () => {
    const taken = ready;
    ready = [];
    return taken;
  };
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    ready.push(chunk);
  });
  for (const file of await filesIn(folder)) {
    const entry = new StoredFile(relative(folder, file).split(sep).join('/'));
    entry.mtime = MODIFIED;
    entry.os = UNIX;
    entry.attrs = (await stat(file)).mode << 16;
    zip.add(entry);
    for await (const chunk of createReadStream(file)) {
      entry.push(chunk);
      yield* take();
    }
    entry.push(new Uint8Array(0), true);
    yield* take();
  }
  zip.end();
  yield* take();
}

/** fflate takes its checksum in JavaScript, which for a layer's 46 MB is a quarter of a second. */
class StoredFile extends ZipPassThrough {
  override push(chunk: Uint8Array, final = false): void {
    this.crc = crc32(chunk, this.crc);
    this.size += chunk.length;
    this.ondata(null, chunk as Uint8Array<ArrayBuffer>, final);
  }
}

/** All files below a folder, what links point to included, in an order that is always the same. */
async function filesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).sort();
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return (await stat(path)).isDirectory() ? filesIn(path) : [path];
    }),
  );
  return found.flat();
}
