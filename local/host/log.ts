/** The cloud's own log: what it did, for the person in front of it. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  /** A fault of the cloud itself, with the request id that the caller was given. */
  error(message: string, cause?: unknown): void;
}

export const silentLog: Log = { info() {}, warn() {}, error() {} };
