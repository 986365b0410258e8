import { createHash } from 'node:crypto';
import {
  aws_s3_assets as assets,
  type aws_cloudwatch as cloudwatch,
  type aws_iam as iam,
  Stack,
  aws_sagemaker as sagemaker,
} from 'aws-cdk-lib';
import { Construct, type IConstruct } from 'constructs';
import type { ModelArchives } from '../../../build/endpoint-archives.ts';
import type { ModelArchive } from '../../../build/model-archive.ts';
import { namesOf } from '../../config/names.ts';
import type { Model } from '../../model-repository/model.ts';
import type { EndpointRollout, SagemakerConfig } from '../../model-repository/sagemaker-config.ts';
import { AnswerTopics } from './answer-topics.ts';
import { type DataPlaces, dataPlaces } from './data-places.ts';
import { alarmWindowMinutes, deploymentConfig } from './deployment-config.ts';
import { EndpointAlarms } from './endpoint-alarms.ts';
import { EndpointMetrics } from './endpoint-metrics.ts';
import { EndpointScaling, isScaled } from './endpoint-scaling.ts';
import {
  asyncInference,
  dataCapture,
  diskKey,
  productionVariant,
  shadowVariant,
  vpcConfig,
} from './endpoint-shape.ts';
import { Engine, type EngineBinding } from './engine.ts';
import { ExecutionRole } from './execution-role.ts';
import { ModelComponent } from './model-component.ts';
import { invocationsPerInstance } from './scaling-target.ts';

export interface EndpointProps {
  readonly model: Model;
  readonly config: SagemakerConfig;
  readonly archives: ModelArchives;
  readonly stage: string;
  readonly rollout: EndpointRollout;
  /** What an alarm does that turns an update back. */
  readonly alarmAction: cloudwatch.IAlarmAction;
}

/**
 * A model on a SageMaker endpoint. Only the endpoint has a name, for callers, roles and metrics. Model
 * and configuration have none: they are made anew with each release, beside the ones in use.
 */
export class Endpoint extends Construct {
  readonly endpointName: string;
  readonly alarms: EndpointAlarms;
  readonly places: DataPlaces;
  /** Digest over everything by which a release differs from another. */
  readonly release: string;
  /** The inference component, on an endpoint that scales to zero. */
  readonly component: ModelComponent | undefined;
  private readonly endpoint: sagemaker.CfnEndpoint;
  /** What runs in its containers. */
  readonly engine: EngineBinding;
  private readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: EndpointProps) {
    super(scope, id);
    const { model, config, stage, archives, rollout } = props;
    this.endpointName = namesOf(stage).endpoint(model.awsName);
    this.places = dataPlaces(this, stage, model.name);
    const topics = config.async
      ? new AnswerTopics(this, 'Answers', { stage, awsName: model.awsName, kmsKey: config.kmsKey })
      : undefined;
    this.engine = Engine.of(config).bind(this, model);
    const live = this.upload('Archive', archives.live);
    const shadow = archives.shadow && this.upload('ShadowArchive', archives.shadow);
    this.role = new ExecutionRole(this, 'Execution', {
      endpoint: this.endpointName,
      config,
      places: this.places,
      // The CDK keeps the last part of a file's extension.
      archivesArn: live.bucket.arnForObjects('*.gz'),
      repositoryArn: this.engine.repositoryArn,
      topicArns: topics?.arns ?? [],
    }).role;
    const liveModel = this.createModel('Model', live, config);
    const shadowModel = shadow && this.createModel('ShadowModel', shadow, config);
    const configuration = this.configure(config, liveModel, shadowModel, topics);
    this.release = releaseDigest(this, [liveModel, shadowModel, configuration]);
    this.alarms = this.createAlarms(props, configuration);
    this.endpoint = new sagemaker.CfnEndpoint(this, 'Endpoint', {
      endpointName: this.endpointName,
      endpointConfigName: configuration.attrEndpointConfigName,
      deploymentConfig: deploymentConfig(
        // The components on the fleet roll by themselves; the fleet below them changes at once.
        config.scaleToZero ? { strategy: 'all-at-once' } : rollout,
        this.alarms.all.map(({ alarmName }) => alarmName),
      ),
      // Else an update would set the fleet back to its first size under the load that scaled it.
      ...(isScaled(config) && !config.scaleToZero && { retainAllVariantProperties: true }),
    });
    this.component = config.scaleToZero
      ? new ModelComponent(this, 'Component', {
          componentName: this.endpointName,
          endpoint: this.endpoint,
          modelName: liveModel.attrModelName,
          config,
          memoryMiB: model.config.memory,
          rollout,
          alarms: this.alarms.all,
        })
      : undefined;
    if (isScaled(config)) {
      new EndpointScaling(this, 'Scaling', {
        endpointName: this.endpointName,
        after: this.released,
        config,
        invocations: invocationsPerInstance(model),
      });
    }
  }

  /** What must be done before callers are sent to the new release. */
  get released(): IConstruct {
    return this.component ?? this.endpoint;
  }

  get endpointArn(): string {
    return this.arnOf('endpoint');
  }

  get componentArn(): string {
    return this.arnOf('inference-component');
  }

  /** SageMaker writes names in ARNs in lower case, and IAM tells the cases apart. */
  private arnOf(resource: string): string {
    const resourceName = this.endpointName.toLowerCase();
    return Stack.of(this).formatArn({ service: 'sagemaker', resource, resourceName });
  }

  private upload(id: string, archive: ModelArchive): assets.Asset {
    return new assets.Asset(this, id, { path: archive.path, assetHash: archive.digest });
  }

  private createModel(
    id: string,
    archive: assets.Asset,
    config: SagemakerConfig,
  ): sagemaker.CfnModel {
    const vpc = config.scaleToZero ? undefined : vpcConfig(config);
    const model = new sagemaker.CfnModel(this, id, {
      executionRoleArn: this.role.roleArn,
      primaryContainer: {
        image: this.engine.image,
        modelDataUrl: archive.s3ObjectUrl,
        environment: this.engine.environment,
      },
      ...(vpc && { vpcConfig: vpc }),
    });
    // SageMaker tries the role at once, so its policy has to be there.
    model.node.addDependency(this.role);
    return model;
  }

  private configure(
    config: SagemakerConfig,
    live: sagemaker.CfnModel,
    shadow: sagemaker.CfnModel | undefined,
    topics: AnswerTopics | undefined,
  ): sagemaker.CfnEndpointConfig {
    const capture = dataCapture(config, this.places);
    const asynchronous = asyncInference(
      config,
      this.places,
      topics && { completed: topics.completed.topicArn, failed: topics.failed.topicArn },
    );
    const mirror = shadow && shadowVariant(config, shadow.attrModelName);
    const key = diskKey(config);
    // With components the models bring no role and no network: the fleet has them.
    const vpc = config.scaleToZero ? vpcConfig(config) : undefined;
    return new sagemaker.CfnEndpointConfig(this, 'Configuration', {
      productionVariants: [productionVariant(config, live.attrModelName)],
      ...(mirror && { shadowProductionVariants: [mirror] }),
      ...(capture && { dataCaptureConfig: capture }),
      ...(asynchronous && { asyncInferenceConfig: asynchronous }),
      ...(key && { kmsKeyId: key }),
      ...(config.scaleToZero && { executionRoleArn: this.role.roleArn }),
      ...(vpc && { vpcConfig: vpc }),
    });
  }

  private createAlarms(
    { model, rollout, config, alarmAction }: EndpointProps,
    configuration: sagemaker.CfnEndpointConfig,
  ): EndpointAlarms {
    return new EndpointAlarms(this, 'Alarms', {
      metrics: new EndpointMetrics(
        config.scaleToZero
          ? { component: this.endpointName }
          : {
              endpoint: this.endpointName,
              configuration: configuration.attrEndpointConfigName,
            },
      ),
      limits: model.config.alarms,
      windowMinutes: alarmWindowMinutes(rollout),
      release: this.release,
      action: alarmAction,
    });
  }
}

function releaseDigest(
  scope: Construct,
  resources: readonly ({ readonly _toCloudFormation: () => object } | undefined)[],
): string {
  const templates = resources.map((resource) => resource?._toCloudFormation());
  return createHash('sha256')
    .update(JSON.stringify(Stack.of(scope).resolve(templates)))
    .digest('hex');
}
