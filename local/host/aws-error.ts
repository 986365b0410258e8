/**
 * An error that an AWS operation answers. The wire layer writes it in the form of the service's
 * protocol, so that SDK clients see the exception they know.
 */
export class AwsError extends Error {
  /** AWS's error code, such as `ResourceNotFoundException` or `NoSuchKey`. */
  readonly code: string;
  /** HTTP status; 4xx is the caller's fault. */
  readonly status: number;
  /** What the error says besides its message, in the shape of the operation's error. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    status = 400,
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.members = members;
  }
}
