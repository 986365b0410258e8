import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

export interface ArtifactFile {
  /** Path relative to the version's folder. */
  readonly name: string;
  readonly path: string;
}

const chunkBytes = 4 * 1024 * 1024;

/**
 * SHA-256 in hex over a version's files: of model.onnx alone its own, so that `sha256sum` confirms it;
 * with external data that of the lines which `sha256sum` prints, in order of name.
 */
export function artifactDigest(files: readonly ArtifactFile[]): string {
  const [first, ...others] = files;
  if (first !== undefined && others.length === 0) return digestOfFile(first.path);
  const lines = files
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, path }) => `${digestOfFile(path)}  ${name}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** In pieces: external data may be larger than what Node reads at once. */
function digestOfFile(path: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(chunkBytes);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      hash.update(chunk.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
