import type { Host } from '../../host/host.ts';
import { type Attempt, idOf, type Job, type JobPlace, type JobStatus, jobStatuses } from './job.ts';
import type { Jobs } from './jobs.ts';

/** A job as DescribeJobs gives it, and as an event's detail. */
export function describeJob(host: Host, place: JobPlace, jobs: Jobs) {
  const job = jobs.get(place);
  const last = job.attempts.at(-1);
  return {
    jobArn: host.arn('batch', `job/${idOf(place)}`),
    jobId: idOf(place),
    jobName: job.name,
    jobQueue: job.queue,
    jobDefinition: job.definition,
    status: job.status,
    ...(job.statusReason && { statusReason: job.statusReason }),
    createdAt: job.createdAt,
    ...(job.startedAt !== undefined && { startedAt: job.startedAt }),
    ...(job.stoppedAt !== undefined && { stoppedAt: job.stoppedAt }),
    attempts: job.attempts.map(describeAttempt),
    dependsOn: [],
    retryStrategy: { attempts: 1, evaluateOnExit: [], ...job.retry },
    ...(job.timeoutSeconds && { timeout: { attemptDurationSeconds: job.timeoutSeconds } }),
    parameters: job.parameters,
    container: {
      ...job.container,
      volumes: [],
      mountPoints: [],
      ulimits: [],
      networkInterfaces: [],
      ...(last?.exitCode !== undefined && { exitCode: last.exitCode }),
      ...(last?.reason && { reason: last.reason }),
      ...streamOf(job.logStreamName ?? last?.logStreamName),
    },
    ...arrayProperties(place, job, jobs),
    tags: job.tags,
    platformCapabilities: [job.platform],
    eksAttempts: [],
    isCancelled: job.ended?.by === 'cancel',
    isTerminated: job.ended?.by === 'terminate',
  };
}

/** A job as ListJobs gives it. */
export function summarizeJob(host: Host, place: JobPlace, job: Job) {
  const last = job.attempts.at(-1);
  return {
    jobArn: host.arn('batch', `job/${idOf(place)}`),
    jobId: idOf(place),
    jobName: job.name,
    jobDefinition: job.definition,
    createdAt: job.createdAt,
    status: job.status,
    ...(job.statusReason && { statusReason: job.statusReason }),
    ...(job.startedAt !== undefined && { startedAt: job.startedAt }),
    ...(job.stoppedAt !== undefined && { stoppedAt: job.stoppedAt }),
    container: {
      ...(last?.exitCode !== undefined && { exitCode: last.exitCode }),
      ...(last?.reason && { reason: last.reason }),
    },
    ...(place.index !== undefined && { arrayProperties: { index: place.index } }),
    ...(job.size !== undefined && { arrayProperties: { size: job.size } }),
  };
}

function describeAttempt(attempt: Attempt) {
  const { startedAt, stoppedAt, statusReason, exitCode, reason, logStreamName } = attempt;
  return {
    startedAt,
    stoppedAt,
    statusReason,
    container: {
      ...(exitCode !== undefined && { exitCode }),
      ...(reason && { reason }),
      logStreamName,
      networkInterfaces: [],
    },
  };
}

function streamOf(logStreamName: string | undefined) {
  return logStreamName ? { logStreamName } : {};
}

function arrayProperties(place: JobPlace, job: Job, jobs: Jobs) {
  if (place.index !== undefined) return { arrayProperties: { index: place.index } };
  if (job.size === undefined) return {};
  const counts = Object.fromEntries(jobStatuses.map((status) => [status, 0])) as Record<
    JobStatus,
    number
  >;
  for (const child of jobs.children(place.id)) counts[child.job.status] += 1;
  return { arrayProperties: { size: job.size, statusSummary: counts } };
}
