import type { Clock, Timer } from '../../host/clock.ts';
import type { Slot } from './environment-group.ts';

export interface IdleReaperOptions {
  readonly time: Clock;
  /** How long an environment may be idle. */
  readonly idleMs: number;
  /** The idle ones of each group, longest idle first. */
  readonly idle: () => Iterable<readonly Slot[]>;
  readonly end: (slot: Slot) => void;
}

/** Ends environments that have been idle for long. */
export class IdleReaper {
  readonly #options: IdleReaperOptions;
  #timer: Timer | undefined;

  constructor(options: IdleReaperOptions) {
    this.#options = options;
  }

  /** An environment is idle since now. */
  watch(now: number): void {
    const { time, idleMs } = this.#options;
    this.#timer ??= time.at(now + idleMs, () => this.#reap());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #reap(): void {
    const { time, idleMs, idle, end } = this.#options;
    this.#timer = undefined;
    const now = time.now();
    let oldest = Number.POSITIVE_INFINITY;
    for (const slots of idle()) {
      for (const slot of [...slots]) {
        if (slot.idleSince + idleMs > now) {
          oldest = Math.min(oldest, slot.idleSince);
          break;
        }
        end(slot);
      }
    }
    if (oldest !== Number.POSITIVE_INFINITY) this.watch(oldest);
  }
}
