import {
  type Duration,
  aws_iam as iam,
  aws_lambda as lambda,
  aws_logs as logs,
  RemovalPolicy,
  Size,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from '../../validation/acknowledge.ts';

export interface BundledFunctionProps {
  /** Folder with `index.js`, laid out by the build. */
  readonly folder: string;
  /** SHA-256 over the folder: names the asset, so that synth need not read the folder again. */
  readonly digest: string;
  readonly description: string;
  /** @default - CloudFormation makes one */
  readonly functionName?: string;
  /** MiB. */
  readonly memory: number;
  readonly timeout: Duration;
  readonly architecture: lambda.Architecture;
  readonly environment: Readonly<Record<string, string>>;
  /** @default - none */
  readonly layers?: lambda.ILayerVersion[];
  /** MiB of /tmp. @default 512 */
  readonly ephemeralStorage?: number;
  readonly logRetention: logs.RetentionDays;
}

/**
 * A function from a bundle of the build, with a role of its own that may write to its own log group
 * and send traces, and nothing else.
 */
export class BundledFunction extends Construct {
  readonly function: lambda.Function;
  readonly role: iam.Role;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      ...(props.functionName && { logGroupName: `/aws/lambda/${props.functionName}` }),
      retention: props.logRetention,
      // Kept, it would stand in the way when the same model is deployed again.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    this.logGroup.grantWrite(this.role);
    this.function = new lambda.Function(this, 'Function', {
      ...(props.functionName && { functionName: props.functionName }),
      description: props.description,
      code: lambda.Code.fromAsset(props.folder, { assetHash: props.digest }),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: props.architecture,
      memorySize: props.memory,
      timeout: props.timeout,
      ...(props.layers && { layers: props.layers }),
      ...(props.ephemeralStorage && {
        ephemeralStorageSize: Size.mebibytes(props.ephemeralStorage),
      }),
      environment: { ...props.environment },
      role: this.role,
      logGroup: this.logGroup,
      tracing: lambda.Tracing.ACTIVE,
      currentVersionOptions: {
        // Kept after success, for the way back; deleted when its own update is rolled back. Plain
        // RETAIN leaves an orphan then, and the same artifact can never be released again.
        removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      },
    });
    acknowledge(this.role, {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray has no resources: PutTraceSegments and PutTelemetryRecords take "*" only.',
    });
  }
}
