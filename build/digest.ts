import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** SHA-256 over named parts; names and lengths count, so that parts cannot run into each other. */
export function digestOf(parts: Iterable<readonly [name: string, content: string | Uint8Array]>) {
  const hash = createHash('sha256');
  for (const [name, content] of parts) {
    hash.update(`${name}\0${Buffer.byteLength(content)}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Every file below `folder` with its content, in an order that no file system decides. */
export function* filesOf(folder: string): Generator<readonly [name: string, content: Buffer]> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const path of paths) yield [path.slice(folder.length + 1), readFileSync(path)];
}
