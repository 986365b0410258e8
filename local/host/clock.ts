/** The cloud's one clock. Everything that AWS does on a schedule runs on it. */
export interface Clock {
  /** Cloud time in milliseconds since the epoch. Never goes backwards. */
  now(): number;
  /** Runs `task` once, at cloud time `time` or as soon as possible after it. */
  at(time: number, task: () => void): Timer;
  /** Cloud milliseconds in a real one; 1 unless somebody has set it. */
  readonly rate: number;
  /** Makes cloud time run `rate` times as fast as real time from now on. */
  setRate(rate: number): void;
}

export interface Timer {
  cancel(): void;
}

/** Resolves after `ms` of cloud time; rejects with the signal's reason when that aborts first. */
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
