import {
  AspectPriority,
  Aspects,
  type aws_cloudwatch as cloudwatch,
  Duration,
  type aws_iam as iam,
  aws_lambda as lambda,
  aws_logs as logs,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Artifacts } from '../../../build/artifacts.ts';
import { bundleOf } from '../../../build/functions.ts';
import { type ServedVersion, stageModelPackage } from '../../../build/model-package.ts';
import type { PackagePlan } from '../../../build/package-plan.ts';
import { environment } from '../../../serving/contract/environment.ts';
import { liveAlias, namesOf } from '../../config/names.ts';
import type { Model } from '../../model-repository/model.ts';
import { ephemeralStorageFor } from '../../placement/function-size.ts';
import { BundledFunction } from '../function/bundled-function.ts';
import type { ServedModel } from '../served-model.ts';
import { ModelMetrics } from './model-metrics.ts';
import { RemoteVersions } from './remote-versions.ts';
import { intraOpThreads } from './sizing.ts';

export interface LambdaModelProps {
  /** The model, as `readModelRepository` read it. */
  readonly model: Model;
  /** What the build made; see `buildArtifacts`. */
  readonly artifacts: Artifacts;
  /** Which versions travel in the package; see `planModel`. */
  readonly plan: PackagePlan<ServedVersion>;
  /** Part of every physical name. */
  readonly stage: string;
  /**
   * Processor of the function. Must be the one that the layer in `artifacts` was built for.
   *
   * @default - x86_64: open reports say that onnxruntime crashes at start on Lambda's arm64
   */
  readonly architecture?: lambda.Architecture;
  /**
   * How long logs are kept.
   *
   * @default - one month
   */
  readonly logRetention?: logs.RetentionDays;
}

/**
 * A model on Lambda: its function with all version folders, the published version, and the alias
 * `live` that callers reach. A change of model, code or memory publishes a new Lambda version.
 */
export class LambdaModel extends Construct implements ServedModel {
  /** The alias that callers reach. */
  readonly alias: lambda.Alias;
  /** The Lambda version of this deployment. */
  readonly version: lambda.IVersion;
  readonly function: lambda.Function;
  /** Said and not asked for: the same in every template that names it. */
  readonly functionName: string;
  /** Metrics of all Lambda versions together. */
  readonly metrics: ModelMetrics;

  constructor(scope: Construct, id: string, props: LambdaModelProps) {
    super(scope, id);
    const { model, stage } = props;
    this.functionName = namesOf(stage).modelFunction(model.awsName);
    this.function = this.createFunction(props);
    // The CDK's own class does not meet its interface under exactOptionalPropertyTypes.
    this.version = this.function.currentVersion as lambda.IVersion;
    settleId(this.version);
    this.alias = new lambda.Alias(this, 'Live', {
      aliasName: liveAlias,
      version: this.version,
      ...(model.config.provisionedConcurrency && {
        provisionedConcurrentExecutions: model.config.provisionedConcurrency,
      }),
    });
    // Replacing an alias under CodeDeploy fails, and so does the rollback of that: its id must never
    // follow a construct that moves.
    (this.alias.node.defaultChild as lambda.CfnAlias).overrideLogicalId('LiveAlias');
    this.metrics = new ModelMetrics({
      model: model.name,
      functionName: this.functionName,
      alias: liveAlias,
    });
  }

  /** Allows `lambda:InvokeFunction` through the alias. */
  grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.alias.grantInvoke(grantee);
  }

  /** Inference requests answered, whatever the status. */
  metricRequests(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.requests(options);
  }

  /** Failures inside the model's own execution. */
  metricModelErrors(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.modelErrors(options);
  }

  /** Failures of the serving code. */
  metricServerErrors(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.serverErrors(options);
  }

  /** Milliseconds from event to answer without cold starts, by default the 95th percentile. */
  metricLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.latency(options);
  }

  private createFunction(props: LambdaModelProps): lambda.Function {
    const { model, artifacts, plan, stage } = props;
    const remote = new RemoteVersions(this, 'Remote', plan.outside);
    const bundle = bundleOf(artifacts.functions, 'predict');
    const staged = stageModelPackage(
      {
        ...model,
        versions: [...plan.inside, ...plan.outside].toSorted((a, b) => +a.version - +b.version),
        bundle,
        outside: remote.sources,
      },
      artifacts.outDir,
    );
    const architecture = props.architecture ?? lambda.Architecture.X86_64;
    const storage = ephemeralStorageFor(plan.outside);
    const bundled = new BundledFunction(this, 'Predict', {
      ...staged,
      functionName: this.functionName,
      description: model.config.description ?? `Siskin model ${model.name}`,
      memory: model.config.memory,
      timeout: Duration.seconds(model.config.timeout),
      architecture,
      layers: [this.createLayer(artifacts, architecture)],
      ...(storage && { ephemeralStorage: storage }),
      logRetention: props.logRetention ?? logs.RetentionDays.ONE_MONTH,
      environment: {
        [environment.model]: model.name,
        [environment.stage]: stage,
        // A version is published only when code or configuration changed, and CDK takes "changed" from
        // the template. With weights in S3 nothing in it would move; this variable does.
        [environment.artifactDigest]: staged.digest,
        [environment.intraOpThreads]: String(intraOpThreads(model.config.memory)),
        ...(remote.bucketName && { [environment.modelBucket]: remote.bucketName }),
      },
    });
    remote.grantRead(bundled.role);
    return bundled.function;
  }

  /** A layer version of its own: sharing one would tie this stack to another's updates. */
  private createLayer({ layer }: Artifacts, architecture: lambda.Architecture) {
    return new lambda.LayerVersion(this, 'Onnxruntime', {
      description: 'onnxruntime-node for one platform',
      code: lambda.Code.fromAsset(layer.folder, { assetHash: layer.digest }),
      compatibleArchitectures: [architecture],
      compatibleRuntimes: [lambda.Runtime.NODEJS_24_X],
    });
  }
}

/**
 * The CDK hashes the whole function anew for each reference to its version, a third of a synthesis.
 * After every other aspect nothing of the function changes any more, and once is enough.
 */
function settleId(version: lambda.IVersion): void {
  const resource = version.node.defaultChild as lambda.CfnVersion;
  const visit = () => resource.overrideLogicalId(Stack.of(resource).resolve(resource.logicalId));
  Aspects.of(resource).add({ visit }, { priority: AspectPriority.READONLY + 1 });
}
