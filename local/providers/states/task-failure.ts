import { AwsError } from '../../host/aws-error.ts';

/** Why a task failed: what `Catch` and `Retry` match, and what they are told. */
export interface TaskFailure {
  readonly error: string;
  readonly cause: string;
}

/** The failure in the form that the interpreter reads: name and message. */
export class TaskError extends Error {
  constructor({ error, cause }: TaskFailure) {
    super(cause);
    this.name = error;
  }
}

/** The execution is over, whatever its states would do with an error. */
export class ExecutionOver extends Error {
  /** Read by the interpreter. */
  readonly isRetryable = false;
  readonly isCatchable = false;
}

export function failureOf(error: unknown, service: string): TaskFailure {
  if (error instanceof TaskError) return { error: error.name, cause: error.message };
  const prefix = service.charAt(0).toUpperCase() + service.slice(1);
  if (error instanceof AwsError) {
    return { error: `${prefix}.${error.code}`, cause: `${error.message} (Service: ${prefix})` };
  }
  throw error;
}
