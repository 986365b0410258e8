import {
  aws_cloudwatch_actions as actions,
  type aws_iam as iam,
  aws_lambda as lambda,
  aws_logs as logs,
  type aws_sns as sns,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Artifacts } from '../../../build/artifacts.ts';
import { liveAlias } from '../../config/names.ts';
import type { Model } from '../../model-repository/model.ts';
import type { EndpointRollout, SagemakerConfig } from '../../model-repository/sagemaker-config.ts';
import { ModelMetrics } from '../lambda-model/model-metrics.ts';
import { stateAlarm, throttleAlarm } from '../observability/model-alarms.ts';
import { ReleaseAlarms } from '../rollout/release-alarms.ts';
import type { ServedModel } from '../served-model.ts';
import { alarmWindowMinutes } from './deployment-config.ts';
import { Endpoint } from './endpoint.ts';
import { EndpointCheck } from './endpoint-check.ts';
import { Front } from './front.ts';

export interface SagemakerModelProps {
  /** The model, as `readModelRepository` read it; its target is sagemaker. */
  readonly model: Model;
  /** What the build made; see `buildArtifacts`. */
  readonly artifacts: Artifacts;
  /** Part of every physical name. */
  readonly stage: string;
  /**
   * How the endpoint moves to a new release.
   *
   * @default - the model's own `rollout`
   */
  readonly rollout?: EndpointRollout | undefined;
  /** Where an alarm goes that turns a release back. */
  readonly criticalTopic: sns.ITopic;
  /** Where everything else goes. */
  readonly warningTopic: sns.ITopic;
  /**
   * Processor of the front.
   *
   * @default - x86_64
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
 * A model on a SageMaker endpoint, behind a function of the name and alias that a model on Lambda has.
 * The endpoint's guardrails own the rollout: the alias moves at once, after the endpoint.
 */
export class SagemakerModel extends Construct implements ServedModel {
  readonly alias: lambda.Alias;
  readonly version: lambda.IVersion;
  readonly function: lambda.Function;
  readonly functionName: string;
  readonly metrics: ModelMetrics;
  readonly endpoint: Endpoint;

  constructor(scope: Construct, id: string, props: SagemakerModelProps) {
    super(scope, id);
    const { model, artifacts, stage } = props;
    const { config, archives } = partsOf(props);
    const rollout = props.rollout ?? config.rollout;
    const place = {
      architecture: props.architecture ?? lambda.Architecture.X86_64,
      logRetention: props.logRetention ?? logs.RetentionDays.ONE_MONTH,
    };
    const critical = new actions.SnsAction(props.criticalTopic);
    this.endpoint = new Endpoint(this, 'Endpoint', {
      model,
      config,
      archives,
      stage,
      rollout,
      alarmAction: critical,
    });
    const front = new Front(this, 'Front', {
      model,
      artifacts,
      endpoint: this.endpoint,
      stage,
      ...place,
    });
    this.function = front.function;
    this.functionName = front.functionName;
    this.version = this.function.currentVersion as lambda.IVersion;
    this.alias = this.createAlias(model);
    this.alias.node.addDependency(this.endpoint.released);
    if (isChecked(config)) {
      const check = new EndpointCheck(this, 'Check', {
        model,
        artifacts,
        version: this.version,
        release: [this.endpoint.release, front.digest],
        ...place,
      });
      check.run.node.addDependency(this.endpoint.released);
      this.alias.node.addDependency(check.run);
    }
    const callers = { model: model.name, functionName: this.functionName, alias: liveAlias };
    this.metrics = new ModelMetrics(callers);
    const frontAlarms = new ReleaseAlarms(this, 'FrontAlarms', {
      version: this.version,
      metrics: new ModelMetrics({ ...callers, functionVersion: this.version.version }),
      limits: model.config.alarms,
      windowMinutes: alarmWindowMinutes(rollout),
      action: critical,
    });
    throttleAlarm(this, this.metrics, props.warningTopic);
    stateAlarm(this, stage, model.name, [...this.endpoint.alarms.all, ...frontAlarms.all]);
  }

  /** Allows `lambda:InvokeFunction` through the alias. */
  grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.alias.grantInvoke(grantee);
  }

  private createAlias({ config }: Model): lambda.Alias {
    const alias = new lambda.Alias(this, 'Live', {
      aliasName: liveAlias,
      version: this.version,
      ...(config.provisionedConcurrency && {
        provisionedConcurrentExecutions: config.provisionedConcurrency,
      }),
    });
    // The id that it has on Lambda, too.
    (alias.node.defaultChild as lambda.CfnAlias).overrideLogicalId('LiveAlias');
    return alias;
  }
}

function partsOf({ model, artifacts }: SagemakerModelProps) {
  const config = model.config.sagemaker;
  const archives = artifacts.archives.get(model.name);
  if (!config || !archives) throw new Error(`Model ${model.name} is not for an endpoint`);
  return { config, archives };
}

/**
 * An asynchronous answer comes too late for a check, and a fleet at zero needs longer to wake than a
 * check may take.
 */
function isChecked({ async, scaleToZero }: SagemakerConfig): boolean {
  return !async && !scaleToZero;
}
