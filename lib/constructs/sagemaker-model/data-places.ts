import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { namesOf } from '../../config/names.ts';

/** Where an endpoint keeps data, in the platform's data bucket. */
export interface DataPlaces {
  readonly bucketArn: string;
  /** Prefixes, each ending with `/`. */
  readonly prefixes: Readonly<Record<Place, string>>;
  /** The place as `s3://bucket/prefix/`. */
  readonly uriOf: (place: Place) => string;
  /** ARN of every object there. */
  readonly objectsOf: (place: Place) => string;
}

export type Place = 'capture' | 'requests' | 'answers' | 'failures';

/** Said by name and not by reference: a reference would be an export. */
export function dataPlaces(scope: IConstruct, stage: string, model: string): DataPlaces {
  const stack = Stack.of(scope);
  const bucket = namesOf(stage).dataBucket(stack.account, stack.region);
  const bucketArn = stack.formatArn({
    service: 's3',
    region: '',
    account: '',
    resource: bucket,
  });
  const prefixes = {
    capture: `capture/${model}/`,
    requests: `async/${model}/requests/`,
    answers: `async/${model}/answers/`,
    failures: `async/${model}/failures/`,
  };
  return {
    bucketArn,
    prefixes,
    uriOf: (place) => `s3://${bucket}/${prefixes[place]}`,
    objectsOf: (place) => `${bucketArn}/${prefixes[place]}*`,
  };
}
