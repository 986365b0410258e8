import type { aws_iam as iam, aws_lambda as lambda } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { ModelMetrics } from './lambda-model/model-metrics.ts';

/** What every target gives a model: one function that callers reach by one alias. */
export interface ServedModel extends IConstruct {
  /** The alias that callers reach. */
  readonly alias: lambda.Alias;
  /** The Lambda version of this deployment. */
  readonly version: lambda.IVersion;
  readonly function: lambda.Function;
  /** Said and not asked for: the same in every template that names it. */
  readonly functionName: string;
  /** Metrics of all Lambda versions together. */
  readonly metrics: ModelMetrics;
  /** Allows `lambda:InvokeFunction` through the alias. */
  grantInvoke(grantee: iam.IGrantable): iam.Grant;
}
