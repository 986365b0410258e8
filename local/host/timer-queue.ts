import type { Timer } from './clock.ts';

interface Entry {
  readonly time: number;
  readonly task: () => void;
}

/** Tasks in the order in which a clock has to run them: by time, and by arrival at equal times. */
export class TimerQueue {
  readonly #entries: Entry[] = [];

  add(time: number, task: () => void): Timer {
    const entry = { time, task };
    this.#entries.splice(this.#placeOf(time), 0, entry);
    return {
      cancel: () => {
        const index = this.#entries.indexOf(entry);
        if (index >= 0) this.#entries.splice(index, 1);
      },
    };
  }

  /** When the first task is due; undefined when there is none. */
  get next(): number | undefined {
    return this.#entries[0]?.time;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Removes and returns the first task when it is due at `now`. */
  takeDue(now: number): (() => void) | undefined {
    const first = this.#entries[0];
    if (!first || first.time > now) return undefined;
    this.#entries.shift();
    return first.task;
  }

  clear(): void {
    this.#entries.length = 0;
  }

  /** The index after every entry that is due at `time` or earlier. */
  #placeOf(time: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle] as Entry).time <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
