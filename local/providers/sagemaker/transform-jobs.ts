import { AwsError } from '../../host/aws-error.ts';
import type { Collection } from '../../host/storage.ts';
import { arnOf } from './names.ts';
import { TransformFailure } from './transform-failure.ts';
import type { TransformJob } from './transform-job.ts';
import type { TransformRequest } from './transform-job-input.ts';
import { type TransformParts, TransformRun } from './transform-run.ts';

interface Running {
  /** Ends the run, with what the job is to be then; undefined leaves it to the next start. */
  stop(status: 'Stopped' | undefined): void;
  readonly ended: Promise<void>;
}

/** Transform jobs, and the runs of those in progress. */
export class TransformJobs {
  readonly #parts: TransformParts;
  readonly #jobs: Collection<TransformJob>;
  readonly #running = new Map<string, Running>();

  constructor(parts: TransformParts) {
    this.#parts = parts;
    this.#jobs = parts.host.storage('sagemaker').collection('transform-jobs');
  }

  all(): TransformJob[] {
    return this.#jobs.values();
  }

  find(name: string): TransformJob | undefined {
    return this.#jobs.get(name);
  }

  get(name: string): TransformJob {
    const found = this.#jobs.get(name);
    if (found) return found;
    const arn = arnOf(this.#parts.host, 'transform-job', name);
    throw new AwsError('ResourceNotFound', `Could not find transform job "${arn}".`);
  }

  create(request: TransformRequest): TransformJob {
    const { host } = this.#parts;
    const name = request.TransformJobName;
    const job: TransformJob = {
      name,
      arn: arnOf(host, 'transform-job', name),
      request,
      status: 'InProgress',
      createdAt: host.clock.now(),
      startedAt: host.clock.now(),
    };
    this.#jobs.set(name, job);
    this.#run(job);
    return job;
  }

  /** Asks a job to end; what it has finished stays. */
  end(name: string): void {
    this.#change(name, { status: 'Stopping' });
    this.#running.get(name)?.stop('Stopped');
  }

  /** Begins those anew that the last stop cut off; their outputs are written over. */
  start(): void {
    for (const job of this.#jobs.values()) {
      if (job.status === 'InProgress') this.#run(job);
      if (job.status === 'Stopping') this.#conclude(job.name, { status: 'Stopped' });
    }
  }

  /** Cuts off what runs. Resolves when it has ended, for which its containers have to end. */
  async stop(): Promise<void> {
    const running = [...this.#running.values()];
    for (const run of running) run.stop(undefined);
    await Promise.all(running.map(({ ended }) => ended));
  }

  #run(job: TransformJob): void {
    const over = new AbortController();
    let after: 'Stopped' | undefined;
    const ended = new TransformRun(this.#parts, job, over.signal)
      .perform()
      .then(
        () => this.#conclude(job.name, { status: 'Completed' }),
        (error) => {
          if (over.signal.aborted) {
            if (after) this.#conclude(job.name, { status: after });
          } else this.#fail(job.name, error);
        },
      )
      .finally(() => this.#running.delete(job.name));
    const stop = (status: 'Stopped' | undefined) => {
      after = status;
      over.abort(new TransformFailure('The job was stopped'));
    };
    this.#running.set(job.name, { stop, ended });
  }

  #fail(name: string, error: Error): void {
    const { log } = this.#parts.host;
    const isTold = error instanceof TransformFailure;
    const failureReason = isTold ? error.message : `InternalServerError: ${error.message}`;
    log.warn(`Transform job ${name} failed: ${failureReason}`);
    this.#conclude(name, { status: 'Failed', failureReason });
  }

  #conclude(name: string, change: Pick<TransformJob, 'status' | 'failureReason'>): void {
    this.#change(name, { ...change, endedAt: this.#parts.host.clock.now() });
  }

  #change(name: string, change: Partial<TransformJob>): void {
    this.#jobs.set(name, { ...this.get(name), ...change });
  }
}
