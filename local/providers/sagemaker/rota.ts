import { wait } from '../../host/clock.ts';
import type { Container } from './container.ts';
import type { SagemakerOptions } from './options.ts';

type Waiter = (container: Container | undefined) => void;

/** The containers of a group that take requests, and the requests that wait for one. */
export class Rota {
  readonly #options: SagemakerOptions;
  /** Those that are up and have not to leave. */
  readonly #serving = new Set<Container>();
  /** Those of them that take requests. */
  readonly #ready: Container[] = [];
  readonly #waiters = new Set<Waiter>();
  #isClosed = false;
  #turn = 0;

  constructor(options: SagemakerOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#ready.length;
  }

  has(container: Container): boolean {
    return this.#ready.includes(container);
  }

  enter(container: Container): void {
    this.#serving.add(container);
    this.#admit(container);
  }

  leave(container: Container): void {
    this.#serving.delete(container);
    this.#withdraw(container);
  }

  /** Nobody waits any longer; what is ready still takes requests until it leaves. */
  close(): void {
    this.#isClosed = true;
    for (const tell of this.#waiters) tell(undefined);
  }

  /**
   * Reserves the container with the fewest requests, or one at random; waits for one when none is
   * ready, and gives none when there is none in time. Whoever gets it has to release it.
   */
  acquire(random = false): Container | Promise<Container | undefined> {
    const count = this.#ready.length;
    if (count === 0) return this.#isClosed ? Promise.resolve(undefined) : this.#awaitReady();
    // Among equals in turn, so that a quiet group uses all of its containers.
    this.#turn = (this.#turn + 1) % count;
    const first = random ? Math.floor(this.#options.random() * count) : this.#turn;
    let best = this.#ready[first] as Container;
    if (!random) {
      for (const one of this.#ready) if (one.outstanding < best.outstanding) best = one;
    }
    best.reserve();
    return best;
  }

  /**
   * Gives it no requests until it has answered a ping: it broke a connection off, as a process does that
   * ends, and a moment passes until its end is known.
   */
  doubt(container: Container): void {
    const { time, pingLimitMs, startPingMs } = this.#options;
    if (!this.#withdraw(container)) return;
    const ask = async () => {
      while (this.#serving.has(container)) {
        if (await container.ping(pingLimitMs)) return this.#admit(container);
        await wait(time, startPingMs);
      }
    };
    void ask();
  }

  #admit(container: Container): void {
    if (!this.#serving.has(container) || container.isEnded) return;
    this.#ready.push(container);
    for (const tell of this.#waiters) tell(container);
  }

  /** False when it took no requests already. */
  #withdraw(container: Container): boolean {
    const index = this.#ready.indexOf(container);
    if (index >= 0) this.#ready.splice(index, 1);
    return index >= 0;
  }

  #awaitReady(): Promise<Container | undefined> {
    const { time, invocationMs } = this.#options;
    return new Promise((resolve) => {
      const tell: Waiter = (container) => {
        timer.cancel();
        this.#waiters.delete(tell);
        container?.reserve();
        resolve(container);
      };
      const timer = time.at(time.now() + invocationMs, () => tell(undefined));
      this.#waiters.add(tell);
    });
  }
}
