import {
  ArnFormat,
  CustomResource,
  Duration,
  aws_iam as iam,
  type aws_lambda as lambda,
  type aws_logs as logs,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Artifacts } from '../../../build/artifacts.ts';
import { stageCheckPackage } from '../../../build/check-package.ts';
import { bundleOf } from '../../../build/functions.ts';
import { environment } from '../../../serving/contract/environment.ts';
import { liveAlias } from '../../config/names.ts';
import type { Model } from '../../model-repository/model.ts';
import { acknowledge } from '../../validation/acknowledge.ts';
import { BundledFunction } from '../function/bundled-function.ts';

export interface PreTrafficCheckProps {
  readonly model: Model;
  readonly artifacts: Artifacts;
  /** Name of the model's function. */
  readonly functionName: string;
  /** The Lambda version to judge. */
  readonly version: lambda.IVersion;
  readonly architecture: lambda.Architecture;
  readonly logRetention: logs.RetentionDays;
}

/** The function that judges a new Lambda version before callers reach it. */
export class PreTrafficCheck extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: PreTrafficCheckProps) {
    super(scope, id);
    const { model, artifacts, functionName, version } = props;
    // By name and not by reference: the version before this one must be callable, too.
    const functionArn = Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: functionName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const bundle = bundleOf(artifacts.functions, 'pre-traffic-check');
    const bundled = new BundledFunction(this, 'Check', {
      ...stageCheckPackage(model, bundle, artifacts.outDir),
      description: `Siskin pre-traffic check of model ${model.name}`,
      memory: 512,
      timeout: checkTimeout,
      architecture: props.architecture,
      logRetention: props.logRetention,
      environment: {
        [environment.checkedVersion]: version.functionArn,
        [environment.liveAlias]: `${functionArn}:${liveAlias}`,
      },
    });
    bundled.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [`${functionArn}:*`],
      }),
    );
    acknowledge(bundled.role, {
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:${functionName}:*]`,
      reason:
        'It calls the new version and the alias of this one function; new versions have new numbers.',
    });
    this.function = bundled.function;
  }

  /**
   * CodeDeploy takes no part in a first deployment. This resource, made after the alias, runs the same
   * check then; its failure fails the stack. Its properties never change, so it runs once.
   */
  checkFirstDeployment(alias: lambda.Alias): void {
    const first = new CustomResource(this, 'First', {
      serviceToken: this.function.functionArn,
      resourceType: 'Custom::FirstDeploymentCheck',
      serviceTimeout: checkTimeout,
    });
    first.node.addDependency(alias);
  }
}

const checkTimeout = Duration.minutes(5);
