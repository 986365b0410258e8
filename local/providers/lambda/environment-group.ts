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
}

/** The environments of one target, and the requests that wait for one of them. */
export class EnvironmentGroup {
  readonly target: PoolTarget;
  /** Longest idle first. */
  readonly idle: Slot[] = [];
  /** Longest waiting first. */
  readonly queue: Waiter[] = [];
  starting = 0;
  busy = 0;
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

  set(slot: Slot, state: Slot['state']): void {
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
