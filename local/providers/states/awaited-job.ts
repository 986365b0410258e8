import { AwsError } from '../../host/aws-error.ts';
import { wait } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { withCapitals, withSmallLetters } from './member-names.ts';
import { TaskError } from './task-failure.ts';
import type { JobType } from './task-resource.ts';

/** How often another service is asked whether a job has ended (cloud time). */
const INTERVAL = 1000;

type Parameters = Record<string, unknown>;

/** A job of another service as a task state sees it. */
interface JobService {
  /** For history, as AWS names them. */
  readonly resourceType: string;
  readonly resource: string;
  /** Starts it; gives what identifies it, and what history tells of it. */
  start(host: Host, parameters: Parameters): Promise<{ id: string; output: unknown }>;
  /** Its output once it has succeeded; undefined while it runs; a TaskError once it has failed. */
  look(host: Host, id: string): Promise<{ output: unknown } | undefined>;
  stop(host: Host, id: string): Promise<unknown>;
}

const batch: JobService = {
  resourceType: 'batch',
  resource: 'submitJob.sync',
  start: async (host, parameters) => {
    const input = withSmallLetters(parameters) as Parameters;
    const output = await host.call<{ jobId: string }>('batch', 'SubmitJob', withMark(input));
    return { id: output.jobId, output: withCapitals(output) };
  },
  look: async (host, id) => {
    const input = { jobs: [id] };
    const { jobs } = await host.call<{ jobs: Parameters[] }>('batch', 'DescribeJobs', input);
    const [job] = jobs;
    if (!job) throw new TaskError({ error: 'States.TaskFailed', cause: `There is no job ${id}` });
    const output = withCapitals(job);
    if (job.status === 'FAILED') throw failed(output);
    return job.status === 'SUCCEEDED' ? { output } : undefined;
  },
  stop: (host, jobId) =>
    host.call('batch', 'TerminateJob', { jobId, reason: 'Execution aborted by Step Functions' }),
};

/** Step Functions tells a job's container who has started it. */
function withMark(input: Parameters): Parameters {
  const overrides = (input.containerOverrides ?? {}) as Parameters;
  const environment = [
    ...((overrides.environment ?? []) as unknown[]),
    { name: 'MANAGED_BY_AWS', value: 'STARTED_BY_STEP_FUNCTIONS' },
  ];
  return { ...input, containerOverrides: { ...overrides, environment } };
}

const transform: JobService = {
  resourceType: 'sagemaker',
  resource: 'createTransformJob.sync',
  start: async (host, parameters) => ({
    id: String(parameters.TransformJobName),
    output: await host.call('sagemaker', 'CreateTransformJob', parameters),
  }),
  look: async (host, TransformJobName) => {
    const input = { TransformJobName };
    const output = await host.call('sagemaker', 'DescribeTransformJob', input);
    const status = output.TransformJobStatus;
    if (status === 'Failed' || status === 'Stopped') throw failed(output);
    return status === 'Completed' ? { output } : undefined;
  },
  stop: async (host, TransformJobName) => {
    try {
      await host.call('sagemaker', 'StopTransformJob', { TransformJobName });
    } catch (error) {
      // It has ended since it was looked at.
      if (!(error instanceof AwsError && error.code === 'ValidationException')) throw error;
    }
  },
};

export const jobServices: Readonly<Record<JobType, JobService>> = { batch, transform };

function failed(output: unknown): TaskError {
  return new TaskError({ error: 'States.TaskFailed', cause: JSON.stringify(output) });
}

/** Waits for a job's end; stops the job when the execution is stopped before it. */
export async function awaitJob(
  host: Host,
  type: JobType,
  id: string,
  signal: AbortSignal,
): Promise<unknown> {
  const service = jobServices[type];
  for (;;) {
    const ended = await service.look(host, id);
    if (ended) return ended.output;
    await wait(host.clock, INTERVAL, signal);
  }
}
