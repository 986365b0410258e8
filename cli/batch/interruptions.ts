/** A worker that runs now. */
export interface RunningWorker {
  readonly jobId: string;
  /** Tells its attempts apart. */
  readonly startedAt?: number;
}

/** How the local cloud is asked to take capacity back. */
export interface Interrupter {
  running(): Promise<readonly RunningWorker[]>;
  /** Says whether there was something to interrupt: the worker may have ended meanwhile. */
  interrupt(jobId: string, notice: boolean): Promise<boolean>;
}

/** How long an attempt is spared: one that has only just begun has nothing to lose yet. */
const sparedMillis = { least: 500, most: 2500 };

/** Interruptions that are still to be made, each of them at a worker that chance picks. */
export class Interruptions {
  readonly #interrupter: Interrupter;
  readonly #random: () => number;
  readonly #now: () => number;
  /** Until when each attempt of a worker is spared. */
  readonly #spared = new Map<string, number>();
  readonly #onInterrupted: (jobId: string, notice: boolean) => void;
  #spot: number;
  #hard: number;

  constructor(
    wanted: { readonly spot: number; readonly hard: number },
    interrupter: Interrupter,
    { random, now }: { readonly random: () => number; readonly now: () => number },
    onInterrupted: (jobId: string, notice: boolean) => void,
  ) {
    this.#spot = wanted.spot;
    this.#hard = wanted.hard;
    this.#interrupter = interrupter;
    this.#random = random;
    this.#now = now;
    this.#onInterrupted = onInterrupted;
  }

  /** Those that have not been made yet. */
  get left(): number {
    return this.#spot + this.#hard;
  }

  /** Interrupts one running worker, with or without notice as there are more of them left. */
  async strike(): Promise<void> {
    if (this.left === 0) return;
    const running = (await this.#interrupter.running()).filter((one) => this.#isAtWork(one));
    const chosen = running[Math.floor(this.#random() * running.length)];
    if (!chosen) return;
    const notice = this.#random() * this.left < this.#spot;
    if (!(await this.#interrupter.interrupt(chosen.jobId, notice))) return;
    // It takes a moment to end, in which it is not to be interrupted once more.
    this.#spared.set(attemptOf(chosen), Number.POSITIVE_INFINITY);
    if (notice) this.#spot -= 1;
    else this.#hard -= 1;
    this.#onInterrupted(chosen.jobId, notice);
  }

  #isAtWork(worker: RunningWorker): boolean {
    const attempt = attemptOf(worker);
    const spared = this.#spared.get(attempt) ?? this.#now() + this.#sparedMillis();
    this.#spared.set(attempt, spared);
    return this.#now() >= spared;
  }

  #sparedMillis(): number {
    const { least, most } = sparedMillis;
    return least + this.#random() * (most - least);
  }
}

function attemptOf({ jobId, startedAt }: RunningWorker): string {
  return `${jobId} ${startedAt}`;
}
