import type { Timer } from '../../host/clock.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';
import type { InitOutcome } from './outcome.ts';
import type { Patience } from './pool-options.ts';

/** What the environments of a group run: one version of a function, as it is now. */
export interface PoolTarget {
  readonly key: string;
  /** How long a request may wait for an environment. */
  readonly queueMs: number;
  launch(): Launch;
}

export interface Launch {
  readonly environment: ExecutionEnvironment;
  readonly initialized: Promise<InitOutcome>;
}

/** What a request gets: an environment that waits for its event, or why there is none. */
export type Acquired =
  | { readonly kind: 'environment'; readonly environment: ExecutionEnvironment }
  | { readonly kind: 'init-failed'; readonly outcome: Exclude<InitOutcome, { kind: 'ready' }> }
  | { readonly kind: 'throttled' };

export interface Waiter {
  readonly since: number;
  /** Gives it up. */
  timer: Timer | undefined;
  readonly settle: (acquired: Acquired) => void;
}

/** One environment's place in the pool. */
export interface Slot {
  readonly environment: ExecutionEnvironment;
  readonly group: EnvironmentGroup;
  state: 'starting' | 'busy' | 'idle' | 'gone';
  idleSince: number;
  busySince: number;
}

/** Weight of the newest request among those that went before. */
const NEWEST = 0.2;
/** A queue that takes so many times a request's patience is long, however busy the processors are. */
const LONG_QUEUE = 10;

/** The environments of one target, and the requests that wait for one of them. */
export class EnvironmentGroup {
  readonly target: PoolTarget;
  /** Longest idle first. */
  readonly idle: Slot[] = [];
  /** Longest waiting first. */
  readonly queue: Waiter[] = [];
  starting = 0;
  busy = 0;
  readonly #busySlots = new Set<Slot>();
  /** Milliseconds that requests took lately; undefined until one was answered. */
  #serviceMs: number | undefined;
  /** Ends the patience of the first request that has no environment on its way. */
  patience: Timer | undefined;
  /** Its function has changed: environments end when they are done. */
  retired = false;

  constructor(target: PoolTarget) {
    this.target = target;
  }

  get active(): number {
    return this.starting + this.busy;
  }

  /**
   * Milliseconds that a request takes, as far as is known: what requests took lately, and longer when
   * every environment has been busy for longer by now.
   */
  serviceMs(now: number): number {
    const lately = this.#serviceMs ?? 0;
    if (this.busy === 0) return lately;
    let least = Number.POSITIVE_INFINITY;
    for (const { busySince } of this.#busySlots) least = Math.min(least, now - busySince);
    return Math.max(lately, least);
  }

  /**
   * Whether one more environment would help the requests that wait. While each is answered sooner than
   * a request is patient and the processors are taken, a long wait means that those are short.
   */
  isBehind(now: number, { patienceMs, hasSpareCpu }: Patience): boolean {
    const serviceMs = this.busy === 0 ? Number.POSITIVE_INFINITY : this.serviceMs(now);
    const waitMs = (this.queue.length * serviceMs) / Math.max(1, this.busy);
    return serviceMs >= patienceMs || waitMs >= patienceMs * (hasSpareCpu ? 1 : LONG_QUEUE);
  }

  begin(slot: Slot, now: number): void {
    slot.busySince = now;
    this.#busySlots.add(slot);
    this.set(slot, 'busy');
  }

  /** A busy environment that takes an event ahead. */
  takingAhead(): Slot | undefined {
    for (const slot of this.#busySlots) if (slot.environment.takesAhead) return slot;
    return undefined;
  }

  /** A slot is busy with the next request, which it was given ahead. */
  turn(slot: Slot, now: number): void {
    this.finish(slot, now);
    slot.busySince = now;
    this.#busySlots.add(slot);
  }

  /** Takes note of how long a slot was busy, which goes on with another request or not. */
  finish(slot: Slot, now: number): void {
    if (!this.#busySlots.delete(slot)) return;
    const took = now - slot.busySince;
    this.#serviceMs ??= took;
    this.#serviceMs += (took - this.#serviceMs) * NEWEST;
  }

  set(slot: Slot, state: Slot['state']): void {
    if (state === 'gone') this.#busySlots.delete(slot);
    if (slot.state === 'starting' || slot.state === 'busy') this[slot.state] -= 1;
    if (slot.state === 'idle') this.idle.splice(this.idle.lastIndexOf(slot), 1);
    if (state === 'starting' || state === 'busy') this[state] += 1;
    if (state === 'idle') this.idle.push(slot);
    slot.state = state;
  }

  takeWaiter(): Waiter | undefined {
    const waiter = this.queue.shift();
    waiter?.timer?.cancel();
    return waiter;
  }
}
