import {
  type Acquired,
  EnvironmentGroup,
  type PoolTarget,
  type Slot,
  type Waiter,
} from './environment-group.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';
import { IdleReaper } from './idle-reaper.ts';
import { eagerOf, givesAhead, type PoolOptions, patienceOf } from './pool-options.ts';

/** This share of the environments is for functions that have none yet. */
const RESERVE = 0.25;

/**
 * A bounded number of execution environments, shared by all functions. Requests wait a moment for
 * a busy one rather than start a process each: on few cores that is quicker for everybody.
 */
export class EnvironmentPool {
  readonly #options: PoolOptions;
  readonly #groups = new Map<string, EnvironmentGroup>();
  /** Groups of functions that have changed, while requests still wait in them. */
  readonly #leaving = new Set<EnvironmentGroup>();
  readonly #slots = new Set<Slot>();
  readonly #reaper: IdleReaper;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#reaper = new IdleReaper({
      ...options,
      idle: () => [...this.#groups.values()].map(({ idle }) => idle),
      end: (slot) => this.#end(slot),
    });
  }

  get size(): number {
    return this.#slots.size;
  }

  acquire(target: PoolTarget): Acquired | Promise<Acquired> {
    const group = this.#group(target);
    const slot = group.idle.at(-1);
    if (slot) {
      group.begin(slot, this.#options.time.now());
      return { kind: 'environment', environment: slot.environment };
    }
    const busy =
      group.queue.length === 0 && givesAhead(this.#options, group) && group.takingAhead();
    if (busy) return { kind: 'environment', environment: busy.environment };
    return new Promise((settle) => {
      const waiter: Waiter = { since: this.#options.time.now(), timer: undefined, settle };
      this.#limitWaiting(group, waiter);
      group.queue.push(waiter);
      this.#grow(group);
    });
  }

  /** Takes in an environment that was made for one request, which it is about to get. */
  adopt(target: PoolTarget, environment: ExecutionEnvironment): void {
    this.#admit(this.#group(target), environment, 'busy');
  }

  /** Ends the environments of a target: the idle ones now, the others after their request. */
  retire(key: string): void {
    const group = this.#groups.get(key);
    if (!group) return;
    group.retired = true;
    this.#groups.delete(key);
    if (group.queue.length > 0) this.#leaving.add(group);
    for (const { environment } of group.idle) environment.kill();
  }

  /** Keys of all targets that have had a request. */
  keys(): string[] {
    return [...this.#groups.keys()];
  }

  stop(): void {
    this.#reaper.stop();
    for (const group of [...this.#groups.values(), ...this.#leaving]) {
      group.retired = true;
      group.patience?.cancel();
      while (group.queue.length > 0) group.takeWaiter()?.settle({ kind: 'throttled' });
    }
    this.#groups.clear();
    this.#leaving.clear();
    for (const { environment } of this.#slots) environment.kill();
  }

  #group(target: PoolTarget): EnvironmentGroup {
    let group = this.#groups.get(target.key);
    if (!group) {
      group = new EnvironmentGroup(target);
      this.#groups.set(target.key, group);
    }
    return group;
  }

  /** Gives a request up after its function's timeout, unless an environment starts for it. */
  #limitWaiting(group: EnvironmentGroup, waiter: Waiter): void {
    const { time } = this.#options;
    waiter.timer = time.at(time.now() + group.target.queueMs, () => {
      const place = group.queue.indexOf(waiter);
      // A start has a limit of its own and does not count against the function's timeout.
      if (place < group.starting) {
        this.#limitWaiting(group, waiter);
        return;
      }
      group.queue.splice(place, 1);
      waiter.settle({ kind: 'throttled' });
    });
  }

  /** Starts environments for the requests that should have one, or sets the time for it. */
  #grow(group: EnvironmentGroup): void {
    for (;;) {
      const next = group.queue[group.starting];
      if (!next) return;
      if (group.active >= eagerOf(this.#options, group) && this.#mayWait(group, next)) return;
      if (this.#starting >= this.#options.starts || !this.#hasRoom(group)) return;
      this.#start(group);
    }
  }

  /** Whether a request can be left to the environments that there are; looks again when it cannot. */
  #mayWait(group: EnvironmentGroup, { since }: Waiter): boolean {
    const { time } = this.#options;
    const now = time.now();
    const patience = patienceOf(this.#options, group);
    const { patienceMs } = patience;
    const isDue = since + patienceMs <= now;
    if (isDue && group.isBehind(now, patience)) return false;
    group.patience ??= time.at(isDue ? now + patienceMs : since + patienceMs, () => {
      group.patience = undefined;
      this.#grow(group);
    });
    return true;
  }

  get #starting(): number {
    let starting = 0;
    for (const { state } of this.#slots) if (state === 'starting') starting += 1;
    return starting;
  }

  /** Whether an environment may start; may end an idle one of another function for it. */
  #hasRoom(group: EnvironmentGroup): boolean {
    const { limit } = this.#options;
    const share = group.active > 0 ? 1 - RESERVE : 1;
    return this.#slots.size < Math.max(1, Math.floor(limit * share)) || this.#evict();
  }

  /** Ends the environment that has been idle longest. */
  #evict(): boolean {
    let oldest: Slot | undefined;
    for (const { idle } of this.#groups.values()) {
      if (idle[0] && idle[0].idleSince < (oldest?.idleSince ?? Number.POSITIVE_INFINITY)) {
        oldest = idle[0];
      }
    }
    if (!oldest) return false;
    this.#end(oldest);
    return true;
  }

  #start(group: EnvironmentGroup): void {
    const { environment, initialized } = group.target.launch();
    const slot = this.#admit(group, environment, 'starting');
    initialized.then((outcome) => {
      if (outcome.kind !== 'ready') {
        this.#remove(slot);
        group.takeWaiter()?.settle({ kind: 'init-failed', outcome });
        this.#grow(group);
      } // else onIdle has told already
      this.#growWaiting();
    });
  }

  #admit(
    group: EnvironmentGroup,
    environment: ExecutionEnvironment,
    state: 'starting' | 'busy',
  ): Slot {
    const slot: Slot = { environment, group, state: 'gone', idleSince: 0, busySince: 0 };
    if (state === 'busy') group.begin(slot, this.#options.time.now());
    else group.set(slot, state);
    this.#slots.add(slot);
    environment.onIdle = () => this.#release(slot);
    environment.onAhead = () => {
      if (group.queue.length === 0 || !givesAhead(this.#options, group)) return;
      group.takeWaiter()?.settle({ kind: 'environment', environment });
    };
    environment.onTurn = () => group.turn(slot, this.#options.time.now());
    environment.onEnded = () => {
      this.#remove(slot);
      this.#grow(group);
      this.#helpWaiting();
    };
    return slot;
  }

  #remove(slot: Slot): void {
    slot.group.set(slot, 'gone');
    this.#slots.delete(slot);
  }

  /** An environment asks for an event: gives it the oldest waiting request, or lets it idle. */
  #release(slot: Slot): void {
    const { group, environment } = slot;
    const now = this.#options.time.now();
    group.finish(slot, now);
    const waiter = group.takeWaiter();
    if (waiter) {
      group.begin(slot, now);
      waiter.settle({ kind: 'environment', environment });
      if (group.queue.length > 0) this.#grow(group);
      return;
    }
    slot.idleSince = now;
    group.set(slot, 'idle');
    if (group.retired) {
      environment.kill();
      return;
    }
    this.#reaper.watch(now);
    this.#helpWaiting();
  }

  /** Requests of other functions may wait for just this room. */
  #helpWaiting(): void {
    if (this.#slots.size < Math.floor(this.#options.limit * (1 - RESERVE)) - 1) return;
    this.#growWaiting();
  }

  /** Starts environments where requests wait for one, the longest waiting first. */
  #growWaiting(): void {
    for (const group of this.#leaving) if (group.queue.length === 0) this.#leaving.delete(group);
    const groups = [...this.#groups.values(), ...this.#leaving];
    const waiting = groups.filter(({ queue }) => queue.length > 0);
    waiting.sort((a, b) => (a.queue[0]?.since ?? 0) - (b.queue[0]?.since ?? 0));
    for (const group of waiting) this.#grow(group);
  }

  #end(slot: Slot): void {
    this.#remove(slot);
    slot.environment.kill();
  }
}
