import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError } from '../../host/aws-error.ts';
import type { Clock } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { LogBatch } from '../../telemetry/log-batch.ts';
import type { ComputeEnvironment } from './compute-environment.ts';
import { idOf, isFinal, type Job, type JobPlace, placeOf, vcpusOf } from './job.ts';
import type { JobQueues } from './job-queue.ts';
import { type FinishedAttempt, hostLost, JobRun } from './job-run.ts';
import type { Jobs } from './jobs.ts';
import { isRetried } from './retry-strategy.ts';
import { WaitingList } from './waiting-list.ts';

/** Gives jobs their turn on the machine's processors, and decides what follows an attempt. */
export class Scheduler {
  readonly #host: Host;
  readonly #time: Clock;
  readonly #jobs: Jobs;
  readonly #queues: JobQueues;
  readonly #logs: LogBatch;
  readonly #vcpus: number;
  /** Scratch space of the machine, which jobs share and a new machine has empty. */
  readonly #folder: string;
  readonly #waiting = new WaitingList();
  readonly #running = new Map<string, { run: JobRun; vcpus: number; environment: string }>();
  #open = false;

  constructor(options: {
    readonly host: Host;
    readonly time: Clock;
    readonly jobs: Jobs;
    readonly queues: JobQueues;
    /** Processors of the machine. */
    readonly vcpus: number;
  }) {
    this.#host = options.host;
    this.#time = options.time;
    this.#jobs = options.jobs;
    this.#queues = options.queues;
    this.#vcpus = options.vcpus;
    this.#logs = new LogBatch(options.host);
    this.#folder = join(options.host.storage('batch').folder, 'scratch');
  }

  /** Takes up what the last stop left: what ran then has lost its machine. */
  start(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder);
    this.#open = true;
    for (const job of this.#jobs.all().toReversed()) {
      if (!isFinal(job.status)) this.#takeUp(job);
    }
    this.#pump();
  }

  /** Ends every process; the jobs stay as they are, for the next start. */
  async stop(): Promise<void> {
    this.#open = false;
    const running = [...this.#running.values()];
    for (const { run } of running) run.kill();
    await Promise.all(running.map(({ run }) => run.finished));
    await this.#logs.flush();
  }

  submit(job: Job): void {
    this.#jobs.change({ id: job.id }, { status: 'PENDING' });
    this.#enter(job);
    if (job.size === undefined) this.#jobs.change({ id: job.id }, { status: 'RUNNABLE' });
    this.#pump();
  }

  /** Ends a job, or all children of one; `cancel` leaves alone what runs already. */
  end(id: string, by: 'cancel' | 'terminate', reason: string): void {
    const place = placeOf(id);
    const job = this.#jobs.find(place);
    if (!job || isFinal(job.status)) return; // AWS takes it without a word
    const ended = { by, reason } as const;
    this.#jobs.change(place, { ended });
    const places = job.size === undefined ? [place] : this.#jobs.children(place.id);
    for (const { id: parent, index } of places) this.#endOne({ id: parent, index }, ended);
    this.#pump();
  }

  /** Takes the machine away from a job that runs on Spot capacity. */
  interrupt(id: string, notice: boolean): void {
    const run = this.#running.get(id)?.run;
    if (!run) throw new AwsError('ClientException', `Job ${id} does not run`);
    if (!run.spot) throw new AwsError('ClientException', `Job ${id} runs on on-demand capacity`);
    run.interrupt(notice);
  }

  #takeUp(job: Job): void {
    for (const place of this.#enter(job)) {
      const { status, startedAt, logStreamName, platform } = this.#jobs.get(place);
      if (status !== 'RUNNING' && status !== 'STARTING') continue;
      const now = this.#host.clock.now();
      this.#waiting.takeOut(place);
      this.#conclude(place, {
        startedAt: startedAt ?? now,
        stoppedAt: now,
        logStreamName: logStreamName ?? '',
        statusReason: hostLost(platform, 'i-00000000000000000'),
        ending: 'interrupted',
      });
    }
  }

  /** Lets all of a job wait that has not ended. */
  #enter(job: Job): readonly JobPlace[] {
    const { id } = job;
    const children = job.size === undefined ? [{ id, job }] : this.#jobs.children(id);
    const open = children.filter((child) => !isFinal(child.job.status));
    const places = open.map(({ job: _, ...place }): JobPlace => place);
    this.#waiting.add(
      job,
      places,
      children.some((child) => child.job.status === 'FAILED'),
    );
    return places;
  }

  #endOne(place: JobPlace, ended: NonNullable<Job['ended']>): void {
    const running = this.#running.get(idOf(place));
    if (running) {
      if (ended.by === 'cancel') return;
      this.#jobs.change(place, { ended });
      running.run.terminate();
      return;
    }
    if (!this.#waiting.takeOut(place)) return;
    this.#jobs.change(place, {
      status: 'FAILED',
      statusReason: ended.reason,
      stoppedAt: this.#host.clock.now(),
      ended,
    });
    this.#childEnded(place, true);
  }

  /** Starts as many jobs as there is room for, those of the queues of highest priority first. */
  #pump(): void {
    if (!this.#open) return;
    const entries = this.#waiting
      .jobs()
      .map(({ id, queue }) => ({ id, queue: this.#queues.find(queue) }))
      .sort((a, b) => (b.queue?.priority ?? 0) - (a.queue?.priority ?? 0));
    for (const { id, queue } of entries) {
      const environment = queue && this.#queues.environmentOf(queue);
      if (!environment) continue; // as in AWS, the job stays RUNNABLE
      const vcpus = vcpusOf(this.#jobs.get({ id }).container);
      while (this.#hasRoom(vcpus, environment)) {
        const place = this.#waiting.take(id);
        if (!place) break;
        this.#run(place, vcpus, environment);
      }
    }
  }

  /** A job that needs more than the machine has runs alone. */
  #hasRoom(vcpus: number, { name, resources }: ComputeEnvironment): boolean {
    const all = [...this.#running.values()];
    const sum = (running: typeof all) => running.reduce((total, one) => total + one.vcpus, 0);
    const ofEnvironment = all.filter(({ environment }) => environment === name);
    return (
      all.length === 0 ||
      (sum(all) + vcpus <= this.#vcpus &&
        sum(ofEnvironment) + vcpus <= (resources?.maxvCpus ?? Number.POSITIVE_INFINITY))
    );
  }

  #run(place: JobPlace, vcpus: number, environment: ComputeEnvironment): void {
    const job = this.#jobs.get(place);
    this.#jobs.change(place, { status: 'STARTING' });
    const run = new JobRun({
      host: this.#host,
      time: this.#time,
      logs: this.#logs,
      place,
      job,
      arraySize: this.#jobs.get({ id: place.id }).size,
      environment,
      folder: this.#folder,
    });
    this.#running.set(idOf(place), { run, vcpus, environment: environment.name });
    this.#jobs.change(place, {
      status: 'RUNNING',
      startedAt: this.#host.clock.now(),
      logStreamName: run.logStreamName,
    });
    run.finished
      .then((attempt) => {
        this.#running.delete(idOf(place));
        if (!this.#open) return;
        this.#conclude(place, attempt);
        this.#pump();
      })
      .catch((error) => this.#host.log.error(`Job ${idOf(place)} could not be ended`, error));
  }

  #conclude(place: JobPlace, { ending, ...attempt }: FinishedAttempt): void {
    const { attempts: before, retry, ended } = this.#jobs.get(place);
    const attempts = [...before, attempt];
    const { statusReason, stoppedAt } = attempt;
    const succeeded = attempt.exitCode === 0 && ending !== 'timeout';
    const final = ending === 'terminated' || ending === 'timeout' || ended?.by === 'terminate';
    if (!succeeded && !final && isRetried(retry, attempt, attempts.length)) {
      this.#jobs.change(place, { status: 'RUNNABLE', statusReason, attempts });
      this.#waiting.putBack(place);
      return;
    }
    this.#jobs.change(place, {
      status: succeeded ? 'SUCCEEDED' : 'FAILED',
      statusReason: ended && !succeeded ? ended.reason : statusReason,
      stoppedAt,
      attempts,
    });
    this.#childEnded(place, !succeeded);
  }

  /** Ends the array job whose last child has ended. */
  #childEnded(place: JobPlace, failed: boolean): void {
    const status = this.#waiting.end(place, failed);
    if (!status || place.index === undefined) return;
    const { ended } = this.#jobs.get({ id: place.id });
    const statusReason = ended?.reason ?? 'Array Child Job failed';
    this.#jobs.change(
      { id: place.id },
      {
        status,
        stoppedAt: this.#host.clock.now(),
        ...(status === 'FAILED' && { statusReason }),
      },
    );
  }
}
