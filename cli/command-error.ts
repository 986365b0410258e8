/** Exit codes of every command. */
export const exitCodes = {
  done: 0,
  /** The command ran, and its answer is no. */
  no: 1,
  /** The command could not try. */
  couldNotTry: 2,
} as const;

/** Ends a command with a message for its user and an exit code. Never printed with a stack. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.no) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}
