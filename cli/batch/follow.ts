import type { JobProgress } from './events.ts';
import type { Execution } from './execution.ts';

export interface Following {
  readonly describe: () => Promise<Execution>;
  readonly progress: () => Promise<JobProgress | undefined>;
  readonly onProgress: (progress: JobProgress) => void;
  /** Called at each look while the job runs. */
  readonly meanwhile: (progress: JobProgress | undefined) => Promise<void>;
  readonly pause: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** Looks at a job until it has ended; gives its end. Throws the signal's reason when that aborts. */
export async function follow(job: Following): Promise<Execution> {
  for (;;) {
    job.signal.throwIfAborted();
    const execution = await job.describe();
    const progress = await job.progress();
    if (progress) job.onProgress(progress);
    if (execution.status !== 'RUNNING') return execution;
    await job.meanwhile(progress);
    await job.pause();
  }
}
