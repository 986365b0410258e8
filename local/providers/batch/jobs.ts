import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import { sendEvent } from '../../telemetry/service-event.ts';
import { idOf, isFinal, type Job, type JobPlace, type Progress, type Submission } from './job.ts';
import { describeJob } from './job-description.ts';

/** So many finished jobs are remembered, with their children; AWS forgets after a week. */
const KEPT = 100;

/** Every job as it stands. Children of an array job are written down once they start. */
export class Jobs {
  readonly #host: Host;
  readonly #jobs: Collection<Job>;

  constructor(host: Host) {
    this.#host = host;
    this.#jobs = host.storage('batch').collection('jobs');
  }

  /** Newest first. */
  all(): Job[] {
    return this.#jobs.values().sort((a, b) => b.number - a.number);
  }

  /** A child that has not started is like its parent, but ready to run. */
  find({ id, index }: JobPlace): Job | undefined {
    const job = this.#jobs.get(id);
    if (!job || index === undefined) return job;
    if (index >= (job.size ?? 0)) return undefined;
    const { createdAt } = job;
    const waiting: Progress = { status: 'RUNNABLE', createdAt, attempts: [] };
    return {
      ...submissionOf(job),
      ...(this.#children(id).get(String(index)) ?? waiting),
      size: undefined,
    };
  }

  get(place: JobPlace): Job {
    const job = this.find(place);
    if (!job) throw new Error(`There is no job ${idOf(place)}`);
    return job;
  }

  children(id: string): readonly (JobPlace & { readonly job: Job })[] {
    const { size = 0 } = this.get({ id });
    return Array.from({ length: size }, (_, index) => ({
      id,
      index,
      job: this.get({ id, index }),
    }));
  }

  add(submission: Omit<Submission, 'number'>): Job {
    const all = this.all();
    const job: Job = {
      ...submission,
      number: (all[0]?.number ?? 0) + 1,
      status: 'SUBMITTED',
      createdAt: this.#host.clock.now(),
      attempts: [],
    };
    this.#jobs.set(job.id, job);
    this.#tell({ id: job.id });
    for (const old of all.filter(({ status }) => isFinal(status)).slice(KEPT - 1)) {
      this.#forget(old.id);
    }
    return job;
  }

  change(place: JobPlace, change: Partial<Progress>): void {
    const before = this.get(place);
    if (place.index === undefined) {
      this.#jobs.set(place.id, { ...before, ...change });
    } else {
      this.#children(place.id).set(String(place.index), { ...progressOf(before), ...change });
    }
    if (change.status && change.status !== before.status) this.#tell(place);
  }

  #tell(place: JobPlace): void {
    const detail = describeJob(this.#host, place, this);
    sendEvent(this.#host, {
      source: 'aws.batch',
      detailType: 'Batch Job State Change',
      resources: [detail.jobArn],
      detail,
    });
  }

  #forget(id: string): void {
    const children = this.#children(id);
    for (const key of children.keys()) children.delete(key);
    this.#jobs.delete(id);
  }

  #children(id: string): Collection<Progress> {
    return this.#host.storage('batch').collection(`children/${id}`);
  }
}

function progressOf(job: Job): Progress {
  const { status, statusReason, createdAt, startedAt, stoppedAt, attempts, logStreamName, ended } =
    job;
  return { status, statusReason, createdAt, startedAt, stoppedAt, attempts, logStreamName, ended };
}

function submissionOf(job: Job): Submission {
  const { status, statusReason, startedAt, stoppedAt, attempts, logStreamName, ended, ...rest } =
    job;
  return rest;
}
