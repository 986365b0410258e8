import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  aws_s3_assets as assets,
  aws_batch as batch,
  Duration,
  aws_ecs as ecs,
  aws_iam as iam,
  aws_logs as logs,
  RemovalPolicy,
  Size,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Artifacts } from '../../../build/artifacts.ts';
import { type BatchModel, stageWorkerModel } from '../../../build/batch-package.ts';
import { bundleOf } from '../../../build/functions.ts';
import { batchEnvironment, batchExitCodes } from '../../../serving/contract/batch.ts';
import { environment } from '../../../serving/contract/environment.ts';
import { namesOf } from '../../config/names.ts';
import type { BatchConfig } from '../../model-repository/batch-config.ts';
import { acknowledge } from '../../validation/acknowledge.ts';
import type { BatchPlaces } from './batch-places.ts';
import { interruptedTask } from './job-flow.ts';

export interface WorkerJobProps {
  readonly model: BatchModel;
  readonly config: BatchConfig;
  readonly artifacts: Artifacts;
  readonly places: BatchPlaces;
  readonly stage: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly logRetention: logs.RetentionDays;
}

/** Node as Docker's official images have it, from a registry that AWS's networks reach without limits. */
const image = 'public.ecr.aws/docker/library/node:24-slim';
/** AWS Batch takes job definitions up to 24 KiB. */
const largestBootstrap = 16 * 1024;

/**
 * The job definition of a model's workers. Its command is a small program in the definition itself, which
 * fetches the worker from S3: a plain public image does, and a deployment needs no Docker.
 */
export class WorkerJob extends Construct {
  readonly definition: batch.EcsJobDefinition;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: WorkerJobProps) {
    super(scope, id);
    const { model, config, stage } = props;
    const name = namesOf(stage).batch(model.awsName);
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/batch/${name}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.definition = new batch.EcsJobDefinition(this, 'Definition', {
      jobDefinitionName: name,
      container: this.container(props),
      timeout: Duration.minutes(config.timeout),
      retryAttempts: config.onDemandAfter,
      retryStrategies: retryRules(config),
    });
  }

  private container(props: WorkerJobProps): batch.IEcsContainerDefinition {
    const { config, places, architecture } = props;
    const common = {
      image: ecs.ContainerImage.fromRegistry(image),
      command: ['node', '-e', bootstrap(props.artifacts)],
      cpu: config.vcpus,
      memory: Size.mebibytes(config.memory),
      environment: this.environment(props),
      jobRole: this.jobRole(places),
      logging: ecs.LogDriver.awsLogs({ streamPrefix: 'worker', logGroup: this.logGroup }),
    };
    if (config.compute === 'ec2-spot') {
      return new batch.EcsEc2ContainerDefinition(this, 'Container', common);
    }
    return new batch.EcsFargateContainerDefinition(this, 'Container', {
      ...common,
      assignPublicIp: true,
      fargateCpuArchitecture:
        architecture === 'arm64' ? ecs.CpuArchitecture.ARM64 : ecs.CpuArchitecture.X86_64,
    });
  }

  private environment({ model, config, artifacts, stage }: WorkerJobProps): Record<string, string> {
    const worker = bundleOf(artifacts.functions, 'batch-worker');
    const code = this.asset('Code', join(worker.folder, 'index.js'), worker.digest);
    const layer = this.asset('Onnxruntime', artifacts.layer.folder, artifacts.layer.digest);
    const staged = stageWorkerModel(model, artifacts.outDir);
    const { region } = Stack.of(this);
    return {
      [batchEnvironment.code]: code.s3ObjectUrl,
      [batchEnvironment.onnxruntime]: layer.s3ObjectUrl,
      [batchEnvironment.model]: this.asset('Model', staged.folder, staged.digest).s3ObjectUrl,
      [batchEnvironment.vcpus]: String(config.vcpus),
      [environment.model]: model.name,
      [environment.stage]: stage,
      [environment.intraOpThreads]: String(Math.max(1, Math.floor(config.vcpus))),
      // Fargate tells a container its region; on an instance nobody does.
      AWS_REGION: region,
    };
  }

  private asset(id: string, path: string, assetHash: string): assets.Asset {
    return new assets.Asset(this, id, { path, assetHash });
  }

  /**
   * Every archive and bundle among the assets, and not only these: a job that runs during a deployment
   * goes on with those of its own definition. Their names are digests.
   */
  private jobRole(places: BatchPlaces): iam.Role {
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
    });
    places.grant(role);
    const { partition, account, region } = Stack.of(this);
    const bucket = `cdk-hnb659fds-assets-${account}-${region}`;
    const kinds = ['zip', 'js'];
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['s3:GetObject'],
        resources: kinds.map((kind) => `arn:${partition}:s3:::${bucket}/*.${kind}`),
      }),
    );
    acknowledge(
      role,
      ...kinds.map((kind) => ({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*.${kind}]`,
        reason: 'Jobs that run during a deployment fetch code and model of their own definition.',
      })),
    );
    return role;
  }
}

/** A host that was taken away is no fault of the job; else the worker says by its exit code. */
function retryRules({ compute }: BatchConfig): batch.RetryStrategy[] {
  const { RetryStrategy, Action, Reason } = batch;
  const exit = (code: number | '*') => Reason.custom({ onExitCode: String(code) });
  return [
    RetryStrategy.of(
      Action.RETRY,
      compute === 'ec2-spot'
        ? Reason.SPOT_INSTANCE_RECLAIMED
        : Reason.custom({ onStatusReason: `${interruptedTask}*` }),
    ),
    RetryStrategy.of(Action.RETRY, Reason.CANNOT_PULL_CONTAINER),
    RetryStrategy.of(Action.RETRY, exit(batchExitCodes.interrupted)),
    RetryStrategy.of(Action.RETRY, exit(batchExitCodes.killed)),
    RetryStrategy.of(Action.EXIT, exit('*')),
  ];
}

function bootstrap({ functions }: Artifacts): string {
  const { folder } = bundleOf(functions, 'batch-bootstrap');
  const text = readFileSync(join(folder, 'index.js'), 'utf8').trim();
  if (Buffer.byteLength(text) > largestBootstrap || text.includes('Ref::')) {
    throw new Error(
      'The bundle batch-bootstrap does not fit a job definition: it is larger than 16 KiB, or holds the text "Ref::"',
    );
  }
  return text;
}
