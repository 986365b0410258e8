import type { Timer } from '../../host/clock.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';
import type { InitOutcome } from './outcome.ts';

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
/** A queue that takes so many times a request's patience is long, however quick each answer is. */
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
  /** Milliseconds that requests took lately. */
  #serviceMs = 0;
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
   * Whether one more environment would help the requests that wait. While each is answered sooner than
   * a request is patient, a long wait means that the processors are short and not the environments.
   */
  isBehind(now: number, patienceMs: number): boolean {
    let serviceMs = Number.POSITIVE_INFINITY;
    for (const { busySince } of this.#busySlots) serviceMs = Math.min(serviceMs, now - busySince);
    serviceMs = Math.max(this.#serviceMs, serviceMs);
    const waitMs = (this.queue.length * serviceMs) / Math.max(1, this.busy);
    return serviceMs >= patienceMs || waitMs >= patienceMs * LONG_QUEUE;
  }

  begin(slot: Slot, now: number): void {
    slot.busySince = now;
    this.#busySlots.add(slot);
    this.set(slot, 'busy');
  }

  /** Takes note of how long a slot was busy, which goes on with another request or not. */
  finish(slot: Slot, now: number): void {
    if (!this.#busySlots.delete(slot)) return;
    this.#serviceMs += (now - slot.busySince - this.#serviceMs) * NEWEST;
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
