import { Duration, aws_lambda as lambda, type aws_logs as logs } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Model } from '../../model-repository/model.ts';
import { BundledFunction } from '../function/bundled-function.ts';
import type { BatchPlaces } from './batch-places.ts';

export interface JobStepProps {
  readonly model: Model;
  readonly bundle: { readonly folder: string; readonly digest: string };
  readonly places: BatchPlaces;
  readonly architecture: 'x86_64' | 'arm64';
  readonly logRetention: logs.RetentionDays;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A function that is a step of a model's jobs. A million objects are listed, or as many receipts read,
 * in a few minutes.
 */
export function jobStep(scope: Construct, id: string, props: JobStepProps): lambda.Function {
  const step = new BundledFunction(scope, id, {
    ...props.bundle,
    description: `Siskin batch ${id.toLowerCase()} of model ${props.model.name}`,
    memory: 2048,
    timeout: Duration.minutes(15),
    architecture: lambda.Architecture[props.architecture === 'arm64' ? 'ARM_64' : 'X86_64'],
    logRetention: props.logRetention,
    environment: props.environment,
  });
  props.places.grant(step.role);
  return step.function;
}
