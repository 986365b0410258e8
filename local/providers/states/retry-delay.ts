import type { State } from './definition.ts';

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
}

/**
 * How long a failed task waits before the interpreter calls it again. The interpreter itself retries
 * at once: it would wait by the machine's time and not by the cloud's.
 */
export class RetryDelays {
  /** By state and retrier: how often it has retried. */
  readonly #attempts = new Map<Retrier, number>();

  /** Milliseconds; 0 when the task is not tried again. */
  next(state: State, error: string): number {
    const retriers: readonly Retrier[] = state.Retry ?? [];
    const retrier = retriers.find(({ ErrorEquals }) =>
      ErrorEquals.some((name) => name === error || name === 'States.ALL' || isFailure(name, error)),
    );
    if (!retrier) return 0;
    const attempts = this.#attempts.get(retrier) ?? 0;
    if (attempts >= (retrier.MaxAttempts ?? 3)) {
      this.#attempts.delete(retrier); // the state fails; when it is entered again, it begins anew
      return 0;
    }
    this.#attempts.set(retrier, attempts + 1);
    const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds } = retrier;
    const seconds = IntervalSeconds * BackoffRate ** attempts;
    return Math.min(seconds, MaxDelaySeconds ?? Number.POSITIVE_INFINITY) * 1000;
  }

  /** The state has succeeded. */
  forget(state: State): void {
    for (const retrier of (state.Retry ?? []) as Retrier[]) this.#attempts.delete(retrier);
  }
}

function isFailure(name: string, error: string): boolean {
  return name === 'States.TaskFailed' && error !== 'States.Timeout';
}
