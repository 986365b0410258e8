import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** One finding that we accept, and why. A test shows the list of all. */
export interface Acknowledgement {
  /** Id of the rule; of cdk-nag with its finding: `AwsSolutions-IAM5[Resource::*]`. */
  readonly id: string;
  readonly reason: string;
}

/** Accepts findings on this construct and all below it, so call it on the smallest that has them. */
export function acknowledge(scope: IConstruct, ...acknowledgements: Acknowledgement[]): void {
  Validations.of(scope).acknowledge(...acknowledgements);
}
