import type { CloudClock, Timer } from './clock.ts';
import { TimerQueue } from './timer-queue.ts';

/** A clock that stands still until a test moves it: a ten-minute canary takes a millisecond. */
export class ManualClock implements CloudClock {
  readonly #timers = new TimerQueue();
  #now: number;
  #rate = 1;

  constructor(now: number = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  at(time: number, task: () => void): Timer {
    return this.#timers.add(time, task);
  }

  /** Kept for those who ask; the clock moves by `advance` alone. */
  get rate(): number {
    return this.#rate;
  }

  setRate(rate: number): void {
    this.#rate = rate;
  }

  /** How many tasks wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /**
   * Moves time forward and runs every task that falls due, each at its own time and in order.
   * After each moment all promises settle, so a task that a task has started is run as well.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (
      let next = this.#timers.next;
      next !== undefined && next <= end;
      next = this.#timers.next
    ) {
      this.#now = Math.max(this.#now, next);
      for (let task = this.#timers.takeDue(this.#now); task; ) {
        task();
        task = this.#timers.takeDue(this.#now);
      }
      await settle();
    }
    this.#now = end;
  }
}

/** A turn of the event loop: every promise that depends on no I/O has settled after it. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
