import {
  aws_s3_assets as assets,
  type aws_lambda as lambda,
  type aws_logs as logs,
  aws_sagemaker as sagemaker,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Artifacts } from '../../../build/artifacts.ts';
import { type BatchModel, stagePlanner } from '../../../build/batch-package.ts';
import { bundleOf } from '../../../build/functions.ts';
import {
  plannerEnvironment,
  type TransformInstances,
  type TransformSettings,
} from '../../../serving/contract/batch.ts';
import { namesOf } from '../../config/names.ts';
import type { BatchConfig } from '../../model-repository/batch-config.ts';
import type { Model } from '../../model-repository/model.ts';
import type { SagemakerConfig } from '../../model-repository/sagemaker-config.ts';
import { sagemakerInstance } from '../../pricing/instances.ts';
import { sagemakerInstances } from '../../pricing/prices.ts';
import type { Endpoint } from '../sagemaker-model/endpoint.ts';
import { vpcConfig } from '../sagemaker-model/endpoint-shape.ts';
import { type BatchPlaces, batchPlaces } from './batch-places.ts';
import { jobStep } from './job-step.ts';
import { JobTriggers } from './job-triggers.ts';
import { jobPrefix, TransformMachine } from './transform-machine.ts';
import { TransformRole } from './transform-role.ts';

export interface TransformJobsProps {
  readonly model: Model;
  /** The block `batch:` of its model.yaml. */
  readonly config: BatchConfig;
  readonly artifacts: Artifacts;
  /** Jobs have containers as it has, and follow its releases. */
  readonly endpoint: Endpoint;
  readonly stage: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly logRetention: logs.RetentionDays;
}

/** Jobs over files of a model on SageMaker: transform jobs, on demand. They cost nothing while none runs. */
export class TransformJobs extends Construct {
  constructor(scope: Construct, id: string, props: TransformJobsProps) {
    super(scope, id);
    const { model, config, stage } = props;
    const { awsName } = model;
    const { sagemaker: hosting } = model.config;
    if (!hosting) throw new Error(`Model ${model.name} is not for SageMaker`);
    const places = batchPlaces(this, { stage, awsName, buckets: config.buckets ?? [] });
    const name = namesOf(stage).batch(awsName);
    const instances = instancesOf(hosting.instance, config.instances);
    const settings: TransformSettings = { jobPrefix: jobPrefix(name), instances };
    const { machine } = new TransformMachine(this, 'Job', {
      name,
      planner: this.createPlanner(settings, places, props),
      verifier: jobStep(this, 'Verifier', {
        ...props,
        bundle: bundleOf(props.artifacts.functions, 'transform-verifier'),
        places,
        environment: {},
      }),
      model: this.createModel(hosting, places, props),
      instances,
      timeout: config.timeout,
      logRetention: props.logRetention,
    });
    new JobTriggers(this, 'Triggers', { config, places, machine });
    // A version that the endpoint's guardrails refuse answers no files either.
    this.node.addDependency(props.endpoint.released);
  }

  private createPlanner(
    settings: TransformSettings,
    places: BatchPlaces,
    props: TransformJobsProps,
  ): lambda.Function {
    const { model, artifacts } = props;
    const { name, awsName, live } = model;
    // SageMaker has no other version: whoever asks for one is told which is live.
    const versions = (artifacts.versions.get(name) ?? []).filter((one) => one.version === live);
    const served: BatchModel = { name, awsName, live, versions };
    const bundle = bundleOf(artifacts.functions, 'transform-planner');
    return jobStep(this, 'Planner', {
      ...props,
      bundle: stagePlanner(served, bundle, artifacts.outDir),
      places,
      environment: {
        [plannerEnvironment.settings]: JSON.stringify(settings),
        [plannerEnvironment.marks]: `${places.uri}marks/`,
      },
    });
  }

  /**
   * The endpoint's model once more, for a role of its own. It has no name: a release makes it anew, and
   * the same update of the stack hands its name to the state machine. A job that runs goes on with its own.
   */
  private createModel(
    config: SagemakerConfig,
    places: BatchPlaces,
    { model, artifacts, endpoint: { engine } }: TransformJobsProps,
  ) {
    const archive = artifacts.archives.get(model.name)?.live;
    if (!archive) throw new Error(`The build made no archive of model ${model.name}`);
    const asset = new assets.Asset(this, 'Archive', {
      path: archive.path,
      assetHash: archive.digest,
    });
    const vpc = vpcConfig(config);
    const { role } = new TransformRole(this, 'Execution', {
      places,
      archivesArn: asset.bucket.arnForObjects('*.gz'),
      repositoryArn: engine.repositoryArn,
      hasNetwork: vpc !== undefined,
    });
    const created = new sagemaker.CfnModel(this, 'Model', {
      executionRoleArn: role.roleArn,
      primaryContainer: {
        image: engine.image,
        modelDataUrl: asset.s3ObjectUrl,
        environment: engine.environment,
      },
      ...(vpc && { vpcConfig: vpc }),
    });
    // SageMaker tries the role at once, so its policy has to be there.
    created.node.addDependency(role);
    return { name: created.attrModelName, role };
  }
}

function instancesOf(type: string, count: number): TransformInstances {
  const known = sagemakerInstance(type);
  if (!known) return { type, count, vcpus: 1 };
  const perVcpuHour = Number((known.hour / known.vcpus).toFixed(6));
  const price = { perVcpuHour, currency: 'USD', date: sagemakerInstances.asOf };
  return { type, count, vcpus: known.vcpus, price };
}
