import type { Clock } from '../../host/clock.ts';

/** How many execution environments there may be, and when one more starts. */
export interface PoolOptions {
  readonly time: Clock;
  /** Environments in all. */
  readonly limit: number;
  /** Environments of one function that start without waiting for a busy one. */
  readonly eager: number;
  /** Environments of all functions that start at the same time. */
  readonly starts: number;
  /** How long a request waits for a busy environment before it gets one of its own. */
  readonly patienceMs: number;
  /** How long an environment may be idle. */
  readonly idleMs: number;
  /** Whether a further process would find a processor free. */
  readonly hasSpareCpu: () => boolean;
}

/**
 * This share of its time a request waits for a busy environment while the processors are taken: one
 * more process would only make all the others slower.
 */
const SATURATED = 0.25;

/** How long a request waits for a busy environment before it gets one of its own. */
export function patienceOf(
  { patienceMs, hasSpareCpu }: PoolOptions,
  { queueMs }: { readonly queueMs: number },
): number {
  return hasSpareCpu() ? patienceMs : Math.max(patienceMs, queueMs * SATURATED);
}
