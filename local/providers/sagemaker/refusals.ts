import { AwsError } from '../../host/aws-error.ts';

/** SageMaker's errors, in its own words where they are known. */
export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function missing(kind: string, arn: string): AwsError {
  return invalid(`Could not find ${kind} "${arn}".`);
}

export function taken(kind: string, arn: string): AwsError {
  return invalid(`Cannot create already existing ${kind} "${arn}".`);
}

/** One change of an endpoint or component at a time. */
export function inProgress(kind: string, arn: string): AwsError {
  return invalid(`Cannot update in-progress ${kind} "${arn}".`);
}
