import {
  Duration,
  aws_iam as iam,
  type aws_lambda as lambda,
  type aws_logs as logs,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Artifacts } from '../../../build/artifacts.ts';
import { bundleOf } from '../../../build/functions.ts';
import { stageModelPackage } from '../../../build/model-package.ts';
import { endpointEnvironment } from '../../../serving/contract/endpoint.ts';
import { environment } from '../../../serving/contract/environment.ts';
import { namesOf } from '../../config/names.ts';
import type { Model } from '../../model-repository/model.ts';
import { front } from '../../placement/endpoint-cost.ts';
import { acknowledge } from '../../validation/acknowledge.ts';
import { BundledFunction } from '../function/bundled-function.ts';
import type { Endpoint } from './endpoint.ts';
import { readable } from './execution-role.ts';

export interface FrontProps {
  readonly model: Model;
  readonly artifacts: Artifacts;
  readonly endpoint: Endpoint;
  readonly stage: string;
  readonly architecture: lambda.Architecture;
  readonly logRetention: logs.RetentionDays;
}

/**
 * The function under the model's name that hands requests to the endpoint. The API knows nothing else,
 * so a model moves between targets without it.
 */
export class Front extends Construct {
  readonly function: lambda.Function;
  readonly functionName: string;
  /** Digest over the function's package. */
  readonly digest: string;
  private readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: FrontProps) {
    super(scope, id);
    const { model, artifacts, endpoint, stage } = props;
    const { sagemaker } = model.config;
    this.functionName = namesOf(stage).modelFunction(model.awsName);
    const live = artifacts.versions
      .get(model.name)
      ?.filter(({ version }) => version === model.live);
    const staged = stageModelPackage(
      {
        ...model,
        // The endpoint holds no other version: whoever asks for one is told which is live.
        versions: live ?? [],
        bundle: bundleOf(artifacts.functions, 'endpoint-proxy'),
        outside: new Map([[model.live, { kind: 'endpoint' }]]),
      },
      artifacts.outDir,
    );
    this.digest = staged.digest;
    const bundled = new BundledFunction(this, 'Proxy', {
      ...staged,
      functionName: this.functionName,
      description: model.config.description ?? `Siskin model ${model.name}, on an endpoint`,
      memory: front.memoryMiB,
      timeout: Duration.seconds(model.config.timeout),
      architecture: props.architecture,
      logRetention: props.logRetention,
      environment: {
        [environment.model]: model.name,
        [environment.stage]: stage,
        [environment.artifactDigest]: staged.digest,
        [endpointEnvironment.endpoint]: endpoint.endpointName,
        ...(sagemaker?.scaleToZero && { [endpointEnvironment.component]: endpoint.endpointName }),
        ...(sagemaker?.async && {
          [endpointEnvironment.asyncInput]: endpoint.places.uriOf('requests'),
        }),
      },
    });
    this.function = bundled.function;
    this.role = bundled.role;
    this.allowCalls(endpoint, sagemaker?.scaleToZero ?? false, sagemaker?.async ?? false);
  }

  /** Calls of this one endpoint, and for asynchronous ones the request's object. */
  private allowCalls(endpoint: Endpoint, hasComponent: boolean, isAsync: boolean): void {
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: [isAsync ? 'sagemaker:InvokeEndpointAsync' : 'sagemaker:InvokeEndpoint'],
        resources: [endpoint.endpointArn, ...(hasComponent ? [endpoint.componentArn] : [])],
      }),
    );
    if (!isAsync) return;
    const objects = endpoint.places.objectsOf('requests');
    this.role.addToPolicy(
      new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: [objects] }),
    );
    acknowledge(this.role, {
      id: `AwsSolutions-IAM5[Resource::${readable(objects, this)}]`,
      reason: "Each request is an object of its own, under this model's prefix.",
    });
  }
}
