/** What time it is, and when it is time for something. */
export interface Clock {
  /** Milliseconds since the epoch. Never goes backwards. */
  now(): number;
  /** Runs `task` once, at `time` or as soon as possible after it. */
  at(time: number, task: () => void): Timer;
}

/** The cloud's own clock, which may be told to run faster than real time. */
export interface CloudClock extends Clock {
  /** Cloud milliseconds in a real one; 1 unless somebody has set it. */
  readonly rate: number;
  /** Makes cloud time run `rate` times as fast as real time from now on. */
  setRate(rate: number): void;
}

export interface Timer {
  cancel(): void;
}

/** Resolves after `ms` of the clock's time; rejects with the signal's reason when that aborts first. */
export function wait(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.at(clock.now() + ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
