import type { Profile } from '../model-repository/profile-file.ts';
import type { InstanceType } from '../pricing/instances.ts';

/** An endpoint is scaled so that each instance works at this share of its knee. */
export const usedShare = 0.8;

/**
 * Milliseconds of a core that a container needs for a request beside the inference: what `npm run bench`
 * measures of a small node:http server with the same handler.
 */
const containerMs = 0.5;

/**
 * Requests a minute, of one row each, that one instance answers at the knee of its throughput: each vCPU
 * as many as one measured core. Undefined on GPUs, which nobody measured.
 */
export function measuredKnee(profile: Profile, { vcpus, gpu }: InstanceType): number | undefined {
  return gpu ? undefined : vcpus * coreRequestsPerMinute(1000 / coreRowsPerSecond(profile));
}

/** Requests a minute of one core that infers for so many milliseconds. */
export function coreRequestsPerMinute(inferenceMs: number): number {
  return 60_000 / (containerMs + inferenceMs);
}

/** Rows that one core answers in a second: joined into the batches of the knee, where there are any. */
export function coreRowsPerSecond({ knee, oneThread }: Profile): number {
  return knee?.rowsPerSecond ?? 1000 / oneThread.p50Ms;
}
