import type { Log } from '../../host/log.ts';
import { CloudStops, type Stage } from './rollout.ts';

/** A change that runs, and how far it has come. */
export interface Change {
  readonly signal: AbortSignal;
  stage?: Stage;
}

interface Running {
  readonly change: Change;
  readonly abort: AbortController;
  readonly finished: Promise<void>;
}

/** The changes that run now: one at a time of each endpoint or component. */
export class Changes {
  readonly #log: Log;
  readonly #running = new Map<string, Running>();

  constructor(log: Log) {
    this.#log = log;
  }

  has(name: string): boolean {
    return this.#running.has(name);
  }

  stage(name: string): Stage | undefined {
    return this.#running.get(name)?.change.stage;
  }

  begin(name: string, run: (change: Change) => Promise<void>): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const abort = new AbortController();
    const change: Change = { signal: abort.signal };
    this.#running.set(name, { change, abort, finished: promise });
    const end = () => {
      this.#running.delete(name);
      resolve();
    };
    run(change).then(end, (error) => {
      this.#log.error(`SageMaker could not change ${name}`, error);
      end();
    });
  }

  /** Gives the running change up, for this reason. */
  cancel(name: string, reason: Error): void {
    this.#running.get(name)?.abort.abort(reason);
  }

  /** Resolves once no change of it runs any more. */
  async settled(name: string): Promise<void> {
    for (let one = this.#running.get(name); one; one = this.#running.get(name)) await one.finished;
  }

  /** Interrupts all of them, and leaves everything as it stands. */
  async stop(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort(new CloudStops());
    await Promise.all(running.map(({ finished }) => finished));
  }
}
