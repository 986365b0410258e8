import type { Host } from '../../host/host.ts';
import type { Execution } from './execution.ts';
import { ExecutionRun } from './execution-run.ts';
import type { Executions } from './executions.ts';

/** The executions that are on their way. */
export class Runner {
  readonly #host: Host;
  readonly #executions: Executions;
  readonly #runs = new Map<string, ExecutionRun>();

  constructor(host: Host, executions: Executions) {
    this.#host = host;
    this.#executions = executions;
  }

  /** Goes on with what the last stop has cut off. */
  async resume(): Promise<void> {
    for (const execution of this.#executions.all().toReversed()) {
      if (execution.status === 'RUNNING') this.run(execution);
    }
  }

  run(execution: Execution): void {
    const { arn } = execution;
    const run = new ExecutionRun(this.#host, this.#executions, execution);
    this.#runs.set(arn, run);
    run.finished
      .catch((error) => {
        this.#host.log.error(`Execution ${arn} broke off`, error);
        this.#executions.end(arn, {
          status: 'FAILED',
          error: 'States.Runtime',
          cause: String(error),
        });
      })
      .finally(() => this.#runs.delete(arn));
  }

  async stop(arn: string, error: string | undefined, cause: string | undefined): Promise<void> {
    await this.#runs.get(arn)?.stop(error, cause);
  }

  /** Leaves every execution as it stands. */
  async abandon(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.abandon()));
  }
}
