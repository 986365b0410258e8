import type { Host } from '../../host/host.ts';
import type { ComputeEnvironment } from './compute-environment.ts';
import { idOf, type Job, type JobPlace } from './job.ts';

/** All that a job's program sees in process.env: Batch's variables and the job's own, none of the host's. */
export function containerEnvironment(
  host: Host,
  options: {
    readonly place: JobPlace;
    readonly job: Job;
    readonly arraySize: number | undefined;
    readonly environment: ComputeEnvironment;
    readonly folder: string;
  },
): Record<string, string> {
  const { place, job, arraySize, environment, folder } = options;
  const own = job.container.environment.map(({ name, value }) => [name, value]);
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: folder,
    TMPDIR: folder,
    AWS_EXECUTION_ENV: job.platform === 'FARGATE' ? 'AWS_ECS_FARGATE' : 'AWS_ECS_EC2',
    // Fargate tells its containers the region; on instances they have to be told.
    ...(job.platform === 'FARGATE' && {
      AWS_REGION: host.region,
      AWS_DEFAULT_REGION: host.region,
    }),
    AWS_ENDPOINT_URL: host.endpoint,
    AWS_ACCESS_KEY_ID: 'ASIALOCALLOCALLOCAL0',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_BATCH_JOB_ID: idOf(place),
    AWS_BATCH_JQ_NAME: job.queue.split('/').at(-1) as string,
    AWS_BATCH_CE_NAME: environment.name,
    ...Object.fromEntries(own),
    AWS_BATCH_JOB_ATTEMPT: String(job.attempts.length + 1),
    ...(place.index !== undefined && {
      AWS_BATCH_JOB_ARRAY_INDEX: String(place.index),
      AWS_BATCH_JOB_ARRAY_SIZE: String(arraySize),
    }),
  };
}

/** The command with the job's parameters in place of `Ref::name`. */
export function commandOf({ container, parameters }: Job): string[] {
  return container.command.map((word) =>
    word.replaceAll(/Ref::([A-Za-z0-9_-]+)/g, (reference, name) => parameters[name] ?? reference),
  );
}
