import type { Profile } from '../model-repository/profile-file.ts';
import type { InstanceType } from '../pricing/instances.ts';

/** An endpoint is scaled so that each instance works at this share of its knee. */
export const usedShare = 0.8;

/**
 * Requests a minute, of one row each, that one instance answers at the knee of its throughput: each vCPU
 * as many as one measured core. Undefined on GPUs, which nobody measured.
 */
export function measuredKnee(profile: Profile, { vcpus, gpu }: InstanceType): number | undefined {
  return gpu ? undefined : 60 * vcpus * coreRowsPerSecond(profile);
}

/** Rows that one core answers in a second: joined into the batches of the knee, where there are any. */
export function coreRowsPerSecond({ knee, oneThread }: Profile): number {
  return knee?.rowsPerSecond ?? 1000 / oneThread.p50Ms;
}
