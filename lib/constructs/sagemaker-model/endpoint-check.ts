import {
  type CfnResource,
  CustomResource,
  Duration,
  aws_iam as iam,
  type aws_lambda as lambda,
  type aws_logs as logs,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Artifacts } from '../../../build/artifacts.ts';
import { stageCheckPackage } from '../../../build/check-package.ts';
import { digestOf } from '../../../build/digest.ts';
import { bundleOf } from '../../../build/functions.ts';
import { environment } from '../../../serving/contract/environment.ts';
import type { Model } from '../../model-repository/model.ts';
import { BundledFunction } from '../function/bundled-function.ts';

export interface EndpointCheckProps {
  readonly model: Model;
  readonly artifacts: Artifacts;
  /** The front's new version, which asks the endpoint. */
  readonly version: lambda.IVersion;
  /** Digests of what is released: endpoint and front. */
  readonly release: readonly string[];
  readonly architecture: lambda.Architecture;
  readonly logRetention: logs.RetentionDays;
}

/**
 * Golden requests right after the endpoint's update, before the front follows. SageMaker gives nobody a
 * way to call a new fleet that has no traffic yet; its alarms watch the shift, and this checks what came
 * of it. A failure fails the stack, whose rollback takes the endpoint back.
 */
export class EndpointCheck extends Construct {
  /** Asks when it is made: it must be made after the endpoint, and before the alias moves. */
  readonly run: CustomResource;

  constructor(scope: Construct, id: string, props: EndpointCheckProps) {
    super(scope, id);
    const { model, artifacts, version } = props;
    const bundled = new BundledFunction(this, 'Check', {
      ...stageCheckPackage(
        model,
        bundleOf(artifacts.functions, 'pre-traffic-check'),
        artifacts.outDir,
      ),
      description: `Siskin check of the endpoint of model ${model.name}`,
      memory: 512,
      timeout: checkTimeout,
      architecture: props.architecture,
      logRetention: props.logRetention,
      environment: { [environment.checkedVersion]: version.functionArn },
    });
    bundled.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [version.functionArn],
      }),
    );
    this.run = new CustomResource(this, 'Run', {
      serviceToken: bundled.function.functionArn,
      resourceType: 'Custom::EndpointCheck',
      serviceTimeout: checkTimeout,
    });
    // A resource of its own for each release: created it is checked, and a rollback only deletes it.
    // Updated, it would be checked again on the way back, where a failure leaves a stack stuck.
    const release = digestOf(props.release.map((digest, index) => [String(index), digest]));
    (this.run.node.defaultChild as CfnResource).overrideLogicalId(
      `EndpointCheck${release.slice(0, 32)}`,
    );
  }
}

const checkTimeout = Duration.minutes(5);
