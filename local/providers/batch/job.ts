import type { Container } from './job-definition.ts';
import type { RetryStrategy } from './retry-strategy.ts';

export const jobStatuses = [
  'SUBMITTED',
  'PENDING',
  'RUNNABLE',
  'STARTING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
] as const;
export type JobStatus = (typeof jobStatuses)[number];

export function isFinal(status: JobStatus): boolean {
  return status === 'SUCCEEDED' || status === 'FAILED';
}

/** One run of a job's container. Times are milliseconds since the epoch. */
export interface Attempt {
  readonly startedAt: number;
  readonly stoppedAt: number;
  readonly exitCode?: number | undefined;
  readonly reason?: string | undefined;
  readonly statusReason?: string | undefined;
  readonly logStreamName: string;
}

/** What a job is asked to do. Children of an array job share their parent's. */
export interface Submission {
  readonly id: string;
  /** Counts up: jobs of the same millisecond have an order too. */
  readonly number: number;
  readonly name: string;
  /** ARN. */
  readonly queue: string;
  /** ARN with revision. */
  readonly definition: string;
  readonly definitionName: string;
  readonly container: Container;
  readonly retry: RetryStrategy;
  readonly timeoutSeconds?: number | undefined;
  /** Children of an array job. */
  readonly size?: number | undefined;
  readonly platform: 'EC2' | 'FARGATE';
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** How far a job, or a child of one, has come. */
export interface Progress {
  readonly status: JobStatus;
  readonly statusReason?: string | undefined;
  readonly createdAt: number;
  readonly startedAt?: number | undefined;
  readonly stoppedAt?: number | undefined;
  readonly attempts: readonly Attempt[];
  /** Log stream of the attempt that runs. */
  readonly logStreamName?: string | undefined;
  /** What TerminateJob or CancelJob said. */
  readonly ended?: { readonly by: 'cancel' | 'terminate'; readonly reason: string } | undefined;
}

export type Job = Submission & Progress;

/** A job, or one child of an array job. */
export interface JobPlace {
  readonly id: string;
  readonly index?: number | undefined;
}

export function placeOf(id: string): JobPlace {
  const [parent = '', index] = id.split(':');
  return index === undefined ? { id: parent } : { id: parent, index: Number(index) };
}

export function idOf({ id, index }: JobPlace): string {
  return index === undefined ? id : `${id}:${index}`;
}

/** vCPUs that a container asks for. */
export function vcpusOf({ resourceRequirements }: Container): number {
  return Number(resourceRequirements.find(({ type }) => type === 'VCPU')?.value ?? 1);
}
