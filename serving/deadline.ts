import { SiskinError } from './error/siskin-error.ts';

/** Waits for `work`, but not longer than the milliseconds given; handed in, so that tests never sleep. */
export type Patience = <T>(work: Promise<T>, milliseconds: number, late: () => Error) => Promise<T>;

/** Left for writing the answer when the function's time runs out. */
const reserveMillis = 300;

/** How long a request may still take: the function's own limit, and the caller's if it set one. */
export class Deadline {
  readonly #remaining: () => number;
  readonly #elapsedMicros: () => number;
  readonly #patience: Patience;

  constructor(remaining: () => number, elapsedMicros: () => number, patience: Patience) {
    this.#remaining = remaining;
    this.#elapsedMicros = elapsedMicros;
    this.#patience = patience;
  }

  /** An inference cannot be interrupted, so the caller's timeout is looked at before and after it. */
  check(timeoutMicros: number | undefined): void {
    if (timeoutMicros === undefined) return;
    const elapsed = Math.round(this.#elapsedMicros());
    if (elapsed > timeoutMicros) throw timedOut(timeoutMicros, elapsed);
  }

  /** Milliseconds that are left for an answer. */
  left(timeoutMicros?: number): number {
    const own = Math.max(0, this.#remaining() - reserveMillis);
    if (timeoutMicros === undefined) return own;
    return Math.max(0, Math.min(own, (timeoutMicros - this.#elapsedMicros()) / 1000));
  }

  /** The result of work that may take long, such as fetching a model. */
  within<T>(work: T | Promise<T>, what: string, timeoutMicros?: number): T | Promise<T> {
    if (!(work instanceof Promise)) return work;
    return this.#patience(work, this.left(timeoutMicros), () => this.#late(what, timeoutMicros));
  }

  /** Whose time has run out: the caller's own, while the function still has some, or the function's. */
  #late(what: string, timeoutMicros: number | undefined): SiskinError {
    if (timeoutMicros !== undefined && this.left() > 0) {
      return timedOut(timeoutMicros, Math.round(this.#elapsedMicros()));
    }
    return new SiskinError(
      'deadline_exceeded',
      `${what} takes longer than this request; try again`,
    );
  }
}

function timedOut(timeoutMicros: number, elapsed: number): SiskinError {
  return new SiskinError(
    'request_timeout',
    `parameters.timeout is ${timeoutMicros} microseconds, but the request has taken ${elapsed}`,
  );
}

export const patience: Patience = async (work, milliseconds, late) => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
};
