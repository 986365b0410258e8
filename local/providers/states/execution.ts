import type { TaskFailure } from './task-failure.ts';
import type { JobType } from './task-resource.ts';

export const executionStatuses = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

/** What became of one call of a task state. */
export interface TaskRecord {
  /** Identifies the job that the task waits for, once it is started. */
  readonly job?: { readonly type: JobType; readonly id: string } | undefined;
  readonly outcome?: { readonly output: unknown } | { readonly failure: TaskFailure } | undefined;
}

/** An execution as it is kept. Times are milliseconds since the epoch. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  /** Counts up: executions of the same millisecond have an order too. */
  readonly number: number;
  readonly machine: string;
  readonly machineName: string;
  readonly roleArn: string;
  /** As it was when the execution began. */
  readonly definition: string;
  readonly status: ExecutionStatus;
  readonly startDate: number;
  readonly stopDate?: number | undefined;
  /** JSON. */
  readonly input: string;
  /** JSON. */
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  /**
   * Every call of a task by what it was called with. An execution that the cloud's stop has cut off
   * begins anew at the next start, and goes in an instant over what is recorded here.
   */
  readonly tasks: Readonly<Record<string, TaskRecord>>;
}
