import { limits } from '../serving/contract/limits.ts';

/** What the plan must know of a version. */
export interface SizedVersion {
  readonly version: string;
  readonly bytes: number;
  /** A second form that may travel beside the first, and need not. */
  readonly optimized?: { readonly bytes: number };
}

/** What a version takes in the package. */
export function packedBytes({ bytes, optimized }: SizedVersion): number {
  return bytes + (optimized?.bytes ?? 0);
}

export interface PackagePlan<V extends SizedVersion> {
  /** In the function's package: there at init without a download. */
  readonly inside: readonly V[];
  /** Fetched from S3 by the function. */
  readonly outside: readonly V[];
}

/** Room for the manifest and its signature lists, which are written after the plan. */
const manifestRoom = 1024 * 1024;

/** Bytes that a function's versions may take, beside its layer and its own code. */
export function roomForModels(taken: { layer: number; code: number }): number {
  return limits.unzippedPackage - taken.layer - taken.code - manifestRoom;
}

/**
 * Decides which versions travel inside the package. The live one first, because it is the one that a
 * cold start waits for; then the newest, as callers move forwards.
 */
export function planPackage<V extends SizedVersion>(
  versions: readonly V[],
  live: string,
  room: number,
): PackagePlan<V> {
  const byImportance = versions.toSorted(
    (a, b) => Number(b.version === live) - Number(a.version === live) || +b.version - +a.version,
  );
  const inside = new Set<V>();
  let left = room;
  for (const version of byImportance) {
    if (version.bytes > left) continue;
    inside.add(version);
    left -= version.bytes;
  }
  // Room for the models first: a version from S3 costs far more than one that is not optimized.
  const unoptimized = new Set<V>();
  for (const version of byImportance.filter((each) => inside.has(each))) {
    const { bytes } = version.optimized ?? { bytes: 0 };
    if (bytes > left) unoptimized.add(version);
    else left -= bytes;
  }
  return {
    inside: versions
      .filter((version) => inside.has(version))
      .map((version) => (unoptimized.has(version) ? plain(version) : version)),
    outside: versions.filter((version) => !inside.has(version)).map(plain),
  };
}

function plain<V extends SizedVersion>(version: V): V {
  if (!version.optimized) return version;
  const { optimized: _, ...rest } = version;
  return rest as V;
}
