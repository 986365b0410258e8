/**
 * - `form`: the object's name says no format that can be read.
 * - `damaged`: the bytes are not what the format or the compression says; the object cannot be read on.
 * - `columns`: the file's columns are not those that the model needs: a header or a schema, not a row.
 * - `request`: what was asked for cannot be done with any input.
 */
export type RecordsProblem = 'form' | 'damaged' | 'columns' | 'request';

/** The one error of this room: an object that cannot be read as asked. A bad row is a `FailedRecord`. */
export class RecordsError extends Error {
  override readonly name = 'RecordsError';
  readonly problem: RecordsProblem;

  constructor(problem: RecordsProblem, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.problem = problem;
  }
}
