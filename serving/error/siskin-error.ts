import type { ErrorCode } from './catalogue.ts';

export interface ErrorOptions {
  readonly cause?: unknown;
  /** Headers that belong to this answer, such as Allow with 405. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The one error of the functions. Its message is for the caller; its cause is for the log. */
export class SiskinError extends Error {
  override readonly name = 'SiskinError';
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.headers = options.headers ?? {};
  }
}
