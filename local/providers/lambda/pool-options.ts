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
