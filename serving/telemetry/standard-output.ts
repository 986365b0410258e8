import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

const descriptor = 1;

export interface StandardOutputOptions {
  /** Writes at once what it can; answers how many bytes that were. */
  readonly writeNow?: (bytes: Uint8Array) => number;
  readonly stream?: () => Pick<Writable, 'write'>;
}

/**
 * Writes lines to standard output; not by the console, in front of whose lines Lambda puts a prefix,
 * which EMF must not have. Node's stream is the faster way, but loads streams and sockets first, which
 * the first caller of an environment need not wait for: the first line goes straight to the descriptor.
 */
export function createStandardOutput({
  writeNow = (bytes) => writeSync(descriptor, bytes),
  stream = () => process.stdout,
}: StandardOutputOptions = {}): (line: string) => void {
  let isFirst = true;
  return (line) => {
    if (!isFirst) {
      stream().write(line);
      return;
    }
    isFirst = false;
    const bytes = Buffer.from(line);
    const rest = bytes.subarray(written(bytes, writeNow));
    if (rest.length > 0) stream().write(rest);
  };
}

/** A full pipe that does not block refuses bytes; the stream can wait, and tell any other failure. */
function written(bytes: Uint8Array, writeNow: (bytes: Uint8Array) => number): number {
  try {
    return writeNow(bytes);
  } catch {
    return 0;
  }
}
