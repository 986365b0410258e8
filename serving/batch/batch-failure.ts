import type { BatchErrorName } from '../contract/batch.ts';

/** The end of a job that trying again does not change. Step Functions catches it by its name. */
export class BatchFailure extends Error {
  override readonly name: BatchErrorName;

  constructor(name: BatchErrorName, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = name;
  }
}

/** A worker was told to stop, and did so where another can go on. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
