import type { Clock } from '../../host/clock.ts';

/** How many execution environments there may be, and when one more starts. */
export interface PoolOptions {
  readonly time: Clock;
  /** Environments in all. */
  readonly limit: number;
  /** Environments of one function that start without waiting for a busy one, unless it is quick. */
  readonly eager: number;
  /**
   * A function that answers sooner is quick: one environment, asked all the time, costs less than two
   * that the processors change between, and it answers faster than requests can be handed to it.
   */
  readonly quickMs: number;
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
/** Who waits for the first environment, which starts, for longer than this gets one of its own. */
const SLOW_START_MS = 500;

/** How long a request waits for others' environments before it gets one of its own. */
export interface Patience {
  readonly patienceMs: number;
  readonly hasSpareCpu: boolean;
}

/** What the environments of a function tell of it. */
interface Group {
  readonly target: { readonly queueMs: number };
  readonly busy: number;
  readonly starting: number;
  serviceMs(now: number): number;
}

/** Environments of a function that start without waiting for a busy one. */
export function eagerOf({ eager, quickMs, time }: PoolOptions, group: Group): number {
  return group.serviceMs(time.now()) < quickMs ? Math.min(1, eager) : eager;
}

/**
 * Whether a busy environment gets its next event ahead: only of a quick function, since the event has to
 * wait for the one before.
 */
export function givesAhead({ quickMs, time }: PoolOptions, group: Group): boolean {
  return group.serviceMs(time.now()) < quickMs;
}

export function patienceOf(options: PoolOptions, { target, busy, starting }: Group): Patience {
  const hasSpareCpu = options.hasSpareCpu();
  const least = busy === 0 && starting > 0 ? SLOW_START_MS : options.patienceMs;
  const patienceMs = hasSpareCpu ? least : Math.max(least, target.queueMs * SATURATED);
  return { patienceMs, hasSpareCpu };
}
