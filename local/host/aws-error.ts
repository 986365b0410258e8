/**
 * An error that an AWS operation answers. The wire layer writes it in the form of the service's
 * protocol, so that SDK clients see the exception they know.
 */
export class AwsError extends Error {
  /** AWS's error code, such as `ResourceNotFoundException` or `NoSuchKey`. */
  readonly code: string;
  /** HTTP status; 4xx is the caller's fault. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}
