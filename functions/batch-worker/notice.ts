import type { Interruption } from '../../serving/batch/worker.ts';

/** Between SIGTERM and SIGKILL AWS Batch leaves 30 seconds; between a spot notice and the end, 120. */
export const grace = { sigterm: 20_000, spot: 100_000 } as const;

/** How often EC2 is asked; AWS advises every 5 seconds. */
const pollMillis = 5_000;
const metadata = 'http://169.254.169.254/latest';

/** What the worker was told: to stop, and how long it has. */
export class Notice implements Interruption {
  readonly #now: () => number;
  #end = Number.POSITIVE_INFINITY;

  constructor(now: () => number) {
    this.#now = now;
  }

  get isNoticed(): boolean {
    return this.#end < Number.POSITIVE_INFINITY;
  }

  get isOver(): boolean {
    return this.#now() >= this.#end;
  }

  give(graceMillis: number): void {
    this.#end = Math.min(this.#end, this.#now() + graceMillis);
  }
}

export interface SpotWatch {
  readonly fetch: typeof globalThis.fetch;
  /** Aborted when the worker has ended. */
  readonly signal: AbortSignal;
  readonly wait: (milliseconds: number) => Promise<unknown>;
  readonly onNotice: () => void;
}

/**
 * Asks the machine whether it is to be taken away. Ends at once where no EC2 machine answers, as on
 * Fargate and where containers may not ask: SIGTERM then is the only notice, or there is none.
 */
export async function watchSpotNotice({ fetch, signal, wait, onNotice }: SpotWatch): Promise<void> {
  try {
    while (!signal.aborted) {
      const options = { signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]) };
      const token = await fetch(`${metadata}/api/token`, {
        ...options,
        method: 'PUT',
        headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
      });
      if (!token.ok) return;
      const headers = { 'x-aws-ec2-metadata-token': await token.text() };
      const action = await fetch(`${metadata}/meta-data/spot/instance-action`, {
        ...options,
        headers,
      });
      if (action.ok) return onNotice();
      await wait(pollMillis);
    }
  } catch {
    // Nobody there, or the worker has ended: correctness does not depend on a notice.
  }
}
