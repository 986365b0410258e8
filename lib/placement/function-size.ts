import { limits } from '../../serving/contract/limits.ts';

/** MiB of memory for which a function gets one vCPU. */
export const memoryOfOneCpu = 1769;

const mebibyte = 1024 * 1024;

/** /tmp in MiB for the versions that come from S3: all may be asked for in one environment. */
export function ephemeralStorageFor(
  outside: readonly { readonly bytes: number }[],
): number | undefined {
  if (outside.length === 0) return undefined;
  const bytes = outside.reduce((sum, version) => sum + version.bytes, 0);
  // A tenth more: a file system needs some of its room for itself.
  const needed = Math.ceil((bytes * 1.1) / mebibyte);
  return Math.max(limits.ephemeralStorageMiB.min, needed);
}

/**
 * Bytes a second, on the careful side: a function's connection to S3 carries about 75 MB a second, and
 * creating a session reads about 200 MB of weights a second on one vCPU.
 */
const downloadRate = 75e6;
const sessionRate = 200e6;

/** Seconds from the first request for a version in S3 until it can answer. */
export function loadSeconds(bytes: number): number {
  return bytes / downloadRate + bytes / sessionRate;
}
