export interface Listing {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  /** The last key or prefix listed, when there is more after it. */
  readonly next?: string;
}

/** One page of a bucket's keys, in the order of their UTF-8 bytes, as S3 lists them. */
export function listKeys(
  all: readonly string[],
  options: {
    readonly prefix: string;
    readonly delimiter: string;
    readonly after: string;
    readonly limit: number;
  },
): Listing {
  const { prefix, delimiter, after, limit } = options;
  const keys: string[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  for (const key of all.filter((key) => key.startsWith(prefix)).sort(compareBytes)) {
    const group = groupOf(key, prefix, delimiter);
    // A group is passed once it has been listed, whichever of its keys the page ended with.
    if (compareBytes(group ?? key, after) <= 0 || (group !== undefined && group === last)) continue;
    if (keys.length + prefixes.length === limit) {
      return { keys, prefixes, ...(last !== undefined && { next: last }) };
    }
    if (group === undefined) keys.push(key);
    else prefixes.push(group);
    last = group ?? key;
  }
  return { keys, prefixes };
}

function groupOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (!delimiter) return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
