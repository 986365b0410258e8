import type { Clock, Timer } from './clock.ts';

/** A deadline that has begun. */
export interface Deadline {
  /** Ends it; false when it has passed already. */
  end(): boolean;
}

/**
 * Deadlines of one duration. Nearly all of them end before they pass, and they pass in the order in
 * which they began: one timer for the oldest is enough, where each would have set and cleared its own.
 */
export class Deadlines {
  readonly #time: Clock;
  readonly #ms: number;
  /** Closes the ring of those that wait: after it comes the oldest. */
  readonly #ring = new Entry(0, () => {});
  #timer: Timer | undefined;

  constructor(time: Clock, ms: number) {
    this.#time = time;
    this.#ms = ms;
  }

  /** `pass` is called once it has passed, and never after its end. */
  begin(now: number, pass: () => void): Deadline {
    const entry = new Entry(now + this.#ms, pass, this);
    entry.linkBefore(this.#ring);
    this.#timer ??= this.#time.at(entry.at, () => this.#run());
    return entry;
  }

  /** @internal */
  ended(): void {
    if (this.#ring.next !== this.#ring) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #run(): void {
    this.#timer = undefined;
    const now = this.#time.now();
    let { next } = this.#ring;
    while (next !== this.#ring && next.at <= now) {
      next.unlink();
      next.pass();
      next = this.#ring.next;
    }
    if (next !== this.#ring) this.#timer ??= this.#time.at(next.at, () => this.#run());
  }
}

class Entry implements Deadline {
  readonly at: number;
  readonly pass: () => void;
  readonly #owner: Deadlines | undefined;
  next: Entry = this;
  #previous: Entry = this;

  constructor(at: number, pass: () => void, owner?: Deadlines) {
    this.at = at;
    this.pass = pass;
    this.#owner = owner;
  }

  end(): boolean {
    if (this.next === this) return false;
    this.unlink();
    this.#owner?.ended();
    return true;
  }

  linkBefore(other: Entry): void {
    this.next = other;
    this.#previous = other.#previous;
    other.#previous.next = this;
    other.#previous = this;
  }

  unlink(): void {
    this.#previous.next = this.next;
    this.next.#previous = this.#previous;
    this.next = this;
    this.#previous = this;
  }
}
