import type { TransformRequest } from './transform-job-input.ts';

export type TransformStatus = 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped';

/** A transform job as it is kept. Times are cloud milliseconds. */
export interface TransformJob {
  readonly name: string;
  readonly arn: string;
  readonly request: TransformRequest;
  readonly status: TransformStatus;
  readonly failureReason?: string;
  readonly createdAt: number;
  /** From here on until the end its instances are billed. */
  readonly startedAt?: number;
  readonly endedAt?: number;
}

export function describeTransformJob(job: TransformJob): Record<string, unknown> {
  const { Tags: _, ...settings } = job.request;
  return {
    ...settings,
    TransformJobArn: job.arn,
    TransformJobStatus: job.status,
    ...(job.failureReason && { FailureReason: job.failureReason }),
    CreationTime: new Date(job.createdAt),
    ...(job.startedAt && { TransformStartTime: new Date(job.startedAt) }),
    ...(job.endedAt && { TransformEndTime: new Date(job.endedAt) }),
  };
}

export function summarizeTransformJob(job: TransformJob): Record<string, unknown> {
  return {
    TransformJobName: job.name,
    TransformJobArn: job.arn,
    CreationTime: new Date(job.createdAt),
    ...(job.endedAt && { TransformEndTime: new Date(job.endedAt) }),
    LastModifiedTime: new Date(job.endedAt ?? job.startedAt ?? job.createdAt),
    TransformJobStatus: job.status,
    ...(job.failureReason && { FailureReason: job.failureReason }),
  };
}
