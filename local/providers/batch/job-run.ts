import { randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { standInFor } from '../../host/stand-in.ts';
import type { LogBatch } from '../../telemetry/log-batch.ts';
import type { ComputeEnvironment } from './compute-environment.ts';
import { commandOf, containerEnvironment } from './container-environment.ts';
import { ContainerProcess, type ProcessEnd } from './container-process.ts';
import type { Attempt, Job, JobPlace } from './job.ts';

/** Between the notice of an interruption and the end of the instance (cloud time). */
const NOTICE = 120_000;
/** Between SIGTERM and SIGKILL (real time), as ECS has it. */
const STOP_TIMEOUT = 30_000;

type Ending = 'interrupted' | 'terminated' | 'timeout';

/** How an attempt ended, and why when it did not end by itself. */
export interface FinishedAttempt extends Attempt {
  readonly ending?: Ending | undefined;
}

/** One attempt of a job: its container, from start to end. */
export class JobRun {
  readonly finished: Promise<FinishedAttempt>;
  readonly logStreamName: string;
  readonly spot: boolean;
  readonly #host: Host;
  readonly #time: Clock;
  readonly #process: ContainerProcess | undefined;
  readonly #platform: Job['platform'];
  readonly #startedAt: number;
  /** The machine that the job believes to be on. */
  readonly #instance = `i-${randomBytes(9).toString('hex').slice(0, 17)}`;
  readonly #timers: Timer[] = [];
  #ending: Ending | undefined;
  /** The machine went without warning: nobody knows the exit code. */
  #lost = false;

  constructor(options: {
    readonly host: Host;
    readonly time: Clock;
    readonly logs: LogBatch;
    readonly place: JobPlace;
    readonly job: Job;
    /** Of the array that it is part of. */
    readonly arraySize: number | undefined;
    readonly environment: ComputeEnvironment;
    readonly folder: string;
  }) {
    const { host, time, logs, job, environment, folder } = options;
    this.#host = host;
    this.#time = time;
    this.#platform = job.platform;
    this.#startedAt = host.clock.now();
    this.spot = environment.resources?.type.includes('SPOT') ?? false;
    const { group, stream } = logPlace(job);
    this.logStreamName = stream;
    const image = standInFor(job.container.image, host.standIns);
    if (!image) {
      const reason = `CannotPullContainerError: nothing stands in for the image ${job.container.image} in the local cloud`;
      this.finished = Promise.resolve(
        this.#attempt({ reason, statusReason: 'Task failed to start' }),
      );
      return;
    }
    const log = logs.stream(group, stream);
    this.#process = new ContainerProcess({
      command: programOf([...image.entryPoint, ...commandOf(job)]),
      environment: containerEnvironment(host, options),
      folder,
      onLine: (line) => logs.add(log, line),
    });
    if (job.timeoutSeconds) {
      this.#later(time, job.timeoutSeconds * 1000, () => this.#stop('timeout'));
    }
    this.finished = this.#process.ended.then((end) => {
      for (const timer of this.#timers) timer.cancel();
      return this.#attempt(this.#outcome(end));
    });
  }

  /** Ends it for good, as TerminateJob does. */
  terminate(): void {
    this.#stop('terminated');
  }

  /** Takes its machine away: after two minutes of warning, or at once. */
  interrupt(notice: boolean): void {
    if (this.#ending) return;
    this.#ending = 'interrupted';
    if (notice) {
      this.#process?.signal('SIGTERM');
      this.#later(this.#host.clock, NOTICE, () => this.#lose());
    } else {
      this.#lose();
    }
  }

  /** Ends the process without a word: the cloud stops, or the machine is lost. */
  kill(): void {
    this.#process?.signal('SIGKILL');
  }

  #lose(): void {
    this.#lost = true;
    this.kill();
  }

  #stop(ending: Ending): void {
    if (this.#ending) return;
    this.#ending = ending;
    this.#process?.signal('SIGTERM');
    this.#later(this.#time, STOP_TIMEOUT, () => this.kill());
  }

  #later(clock: Clock, ms: number, task: () => void): void {
    this.#timers.push(clock.at(clock.now() + ms, task));
  }

  #outcome(end: ProcessEnd): Pick<Attempt, 'exitCode' | 'reason' | 'statusReason'> {
    if (end.kind === 'not-started') {
      const reason = `CannotStartContainerError: ${end.message}`;
      return { reason, statusReason: 'Task failed to start' };
    }
    const exitCode = this.#lost ? undefined : end.code;
    if (this.#ending === 'interrupted' && exitCode !== 0) {
      return { exitCode, statusReason: hostLost(this.#platform, this.#instance) };
    }
    if (this.#ending === 'timeout') {
      return { exitCode, statusReason: 'Job attempt duration exceeded timeout' };
    }
    return { exitCode, statusReason: 'Essential container in task exited' };
  }

  #attempt(outcome: Pick<Attempt, 'exitCode' | 'reason' | 'statusReason'>): FinishedAttempt {
    return {
      startedAt: this.#startedAt,
      stoppedAt: this.#host.clock.now(),
      logStreamName: this.logStreamName,
      ending: this.#ending,
      ...outcome,
    };
  }
}

/** What Batch says of a job whose machine was taken away. */
export function hostLost(platform: Job['platform'], instance: string): string {
  return platform === 'FARGATE'
    ? 'Your Spot Task was interrupted.'
    : `Host EC2 (instance ${instance}) terminated.`;
}

/** The public Node image calls its Node `node`; here it is the one that runs the cloud. */
function programOf([program = '', ...rest]: readonly string[]): string[] {
  return [program === 'node' ? process.execPath : program, ...rest];
}

function logPlace({ container, definitionName }: Job): { group: string; stream: string } {
  const options = container.logConfiguration?.options ?? {};
  const prefix = options['awslogs-stream-prefix'] ?? definitionName;
  return {
    group: options['awslogs-group'] ?? '/aws/batch/job',
    stream: `${prefix}/default/${randomBytes(16).toString('hex')}`,
  };
}
