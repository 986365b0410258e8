import { Attempt } from '../../serving/batch/attempt.ts';
import { BatchFailure, Interrupted } from '../../serving/batch/batch-failure.ts';
import type { ObjectStore } from '../../serving/batch/object-store.ts';
import { openPlan, type Plan } from '../../serving/batch/plan.ts';
import {
  hasWork,
  type Interruption,
  runWorker,
  type WorkerModel,
} from '../../serving/batch/worker.ts';
import { batchExitCodes } from '../../serving/contract/batch.ts';
import type { WorkerSettings } from './settings.ts';

export interface RunOptions {
  readonly settings: WorkerSettings;
  readonly store: ObjectStore;
  /** Fetches and opens the model; not called by a worker without work. */
  readonly openModel: (plan: Plan) => Promise<WorkerModel>;
  readonly interruption: Interruption;
  readonly now: () => Date;
  readonly turn: () => Promise<unknown>;
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
}

/** A worker from its plan to its exit code. */
export async function run(options: RunOptions): Promise<number> {
  const { settings, log } = options;
  try {
    await work(options);
    return batchExitCodes.done;
  } catch (error) {
    const { name, message, stack } = error as Error;
    log({
      level: error instanceof Interrupted ? 'WARN' : 'ERROR',
      worker: settings.index,
      name,
      message,
    });
    if (error instanceof Interrupted) return batchExitCodes.interrupted;
    if (error instanceof BatchFailure) return batchExitCodes.badInput;
    log({ level: 'ERROR', worker: settings.index, stack });
    return batchExitCodes.failed;
  }
}

async function work(options: RunOptions): Promise<void> {
  const { settings, store, interruption, now, turn, log } = options;
  const { index, count } = settings;
  const plan = await openPlan(store, settings.plan);
  if (!(await hasWork(store, plan, index, count))) {
    log({ level: 'INFO', worker: index, message: 'nothing to do' });
    return;
  }
  const attempt = new Attempt({
    store,
    output: plan.request.output,
    name: settings.attemptName,
    about: settings.attempt,
    now,
  });
  await runWorker({
    store,
    plan,
    index,
    count,
    open: () => options.openModel(plan),
    attempt,
    interruption,
    turn,
    progress: (entry) => log({ level: 'INFO', worker: index, job: plan.job, ...entry }),
  });
}
