import type { Host } from '../../host/host.ts';
import { Deployment } from './deployment.ts';
import type { Stack } from './stack.ts';
import type { StackStore } from './stack-store.ts';

/** How long a stop waits for changes to notice it. */
const STOP_GRACE = 2000;

/** The changes under way. They outlive the request that began them, and end when the cloud stops. */
export class RunningDeployments {
  readonly #host: Host;
  readonly #stacks: StackStore;
  readonly #stopped = new AbortController();
  readonly #running = new Map<Stack, { deployment: Deployment; ended: Promise<void> }>();

  constructor(host: Host, stacks: StackStore) {
    this.#host = host;
    this.#stacks = stacks;
  }

  /** Begins a change, and returns when it first has to wait for something. */
  begin(stack: Stack, run: (deployment: Deployment) => Promise<void>): void {
    const deployment = new Deployment(this.#host, this.#stacks, stack, this.#stopped.signal);
    const ended = run(deployment)
      .catch((error) => {
        if (this.#stopped.signal.aborted) return;
        this.#host.log.error(`The change of stack ${stack.stackName} broke off`, error);
        stack.setStatus(brokenOff(stack.status), 'The local cloud failed; its log says why.');
      })
      .finally(() => this.#running.delete(stack));
    this.#running.set(stack, { deployment, ended });
  }

  cancel(stack: Stack): void {
    this.#running.get(stack)?.deployment.cancel('Resource update cancelled');
  }

  /** What is under way stays as it is on disk; the next start rolls it back. */
  async stop(): Promise<void> {
    this.#stopped.abort(new Error('The local cloud stops'));
    const ended = Promise.all([...this.#running.values()].map((running) => running.ended));
    let grace: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      grace = setTimeout(resolve, STOP_GRACE);
    });
    await Promise.race([ended, patience]);
    clearTimeout(grace);
  }

  /** Rolls back every change that a stop or a kill has cut off, and finishes every clean-up. */
  resume(): void {
    for (const stack of this.#stacks.living()) {
      const { status } = stack;
      const how = status.endsWith('_IN_PROGRESS') ? resumptions[status] : undefined;
      if (!how) continue;
      this.#host.log.warn(`Stack ${stack.stackName} was ${status} when the cloud stopped`);
      this.begin(stack, how);
    }
  }
}

/** Where a fault of the cloud itself leaves a stack: in a state that it can be deleted from. */
function brokenOff(status: string): string {
  if (status.startsWith('UPDATE_')) return 'UPDATE_ROLLBACK_FAILED';
  return status.replace('_IN_PROGRESS', '_FAILED');
}

const CUT_OFF = 'The local cloud was stopped during the change.';

/** Status that a stack was found in -> how its change ends. A stack in review waits as before. */
const resumptions: Readonly<Record<string, (deployment: Deployment) => Promise<void>>> = {
  CREATE_IN_PROGRESS: (deployment) => deployment.rollBackCreation(CUT_OFF),
  ROLLBACK_IN_PROGRESS: (deployment) => deployment.rollBackCreation(CUT_OFF),
  UPDATE_IN_PROGRESS: (deployment) => deployment.rollBackUpdate(CUT_OFF),
  UPDATE_ROLLBACK_IN_PROGRESS: (deployment) => deployment.rollBackUpdate(CUT_OFF),
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: (deployment) => deployment.rollBackUpdate(CUT_OFF),
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: (deployment) => deployment.finishUpdate(),
  DELETE_IN_PROGRESS: (deployment) => deployment.delete(),
};
