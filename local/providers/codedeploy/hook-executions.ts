import { randomUUID } from 'node:crypto';
import { AwsError } from '../../host/aws-error.ts';

export type HookStatus = 'Succeeded' | 'Failed';

interface Execution {
  readonly deploymentId: string;
  report: ((status: HookStatus) => void) | undefined;
}

/** A hook that has been called and has to report by its execution id. */
export interface HookExecution {
  readonly id: string;
  readonly outcome: Promise<HookStatus>;
  /** After this a report comes too late. */
  close(): void;
}

/** Hooks that were called. They live no longer than the cloud: a start ends every deployment. */
export class HookExecutions {
  readonly #executions = new Map<string, Execution>();

  begin(deploymentId: string): HookExecution {
    const id = randomUUID();
    const { promise, resolve } = Promise.withResolvers<HookStatus>();
    const execution: Execution = { deploymentId, report: resolve };
    this.#executions.set(id, execution);
    return {
      id,
      outcome: promise,
      close: () => {
        execution.report = undefined;
      },
    };
  }

  report(deploymentId: string, id: string, status: HookStatus): void {
    const execution = this.#executions.get(id);
    if (execution?.deploymentId !== deploymentId) {
      throw new AwsError(
        'InvalidLifecycleEventHookExecutionIdException',
        `Deployment ${deploymentId} has called no hook with the execution id ${id}`,
      );
    }
    if (!execution.report) {
      throw new AwsError(
        'LifecycleEventAlreadyCompletedException',
        `The hook execution ${id} of deployment ${deploymentId} is over`,
      );
    }
    execution.report(status);
    execution.report = undefined;
  }
}
