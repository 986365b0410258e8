import {
  aws_cloudwatch_actions as actions,
  type CfnElement,
  aws_codedeploy as codedeploy,
  type aws_logs as logs,
  Stack,
  type aws_sns as sns,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Artifacts } from '../../../build/artifacts.ts';
import { liveAlias, namesOf } from '../../config/names.ts';
import type { Model, Rollout as RolloutConfig } from '../../model-repository/model.ts';
import { acknowledge } from '../../validation/acknowledge.ts';
import type { LambdaModel } from '../lambda-model/lambda-model.ts';
import { ModelMetrics } from '../lambda-model/model-metrics.ts';
import { stateAlarm, throttleAlarm } from '../observability/model-alarms.ts';
import { PreTrafficCheck } from './pre-traffic-check.ts';
import { ReleaseAlarms } from './release-alarms.ts';
import { alarmWindowMinutes, deploymentConfig } from './traffic-shift.ts';

export interface RolloutProps {
  readonly lambdaModel: LambdaModel;
  readonly model: Model;
  readonly artifacts: Artifacts;
  readonly stage: string;
  /**
   * How traffic moves to a new version.
   *
   * @default - the model's own `rollout`
   */
  readonly rollout?: RolloutConfig | undefined;
  /** Where an alarm goes that turns a rollout back. */
  readonly criticalTopic: sns.ITopic;
  /** Where everything else goes. */
  readonly warningTopic: sns.ITopic;
  readonly logRetention: logs.RetentionDays;
}

/**
 * The gradual release of a model: a check before traffic, a shift of weights by CodeDeploy, and alarms
 * that turn it back. CodeDeploy is the one owner of the alias's weights.
 */
export class Rollout extends Construct {
  readonly alarms: ReleaseAlarms;

  constructor(scope: Construct, id: string, props: RolloutProps) {
    super(scope, id);
    const { lambdaModel, model, stage } = props;
    const rollout = props.rollout ?? model.config.rollout;
    refuseProvisionedConcurrency(model, rollout);
    this.alarms = this.createAlarms(rollout, props);
    const check = new PreTrafficCheck(this, 'PreTraffic', {
      model,
      artifacts: props.artifacts,
      functionName: lambdaModel.functionName,
      version: lambdaModel.version,
      architecture: lambdaModel.function.architecture,
      logRetention: props.logRetention,
    });
    const group = new codedeploy.LambdaDeploymentGroup(this, 'Group', {
      application: new codedeploy.LambdaApplication(this, 'Application'),
      alias: lambdaModel.alias,
      deploymentConfig: deploymentConfig(
        this,
        namesOf(stage).modelFunction(model.awsName),
        rollout,
      ),
      alarms: this.alarms.all,
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
      preHook: check.function,
    });
    const checkId = Stack.of(this).getLogicalId(check.function.node.defaultChild as CfnElement);
    acknowledge(
      group,
      {
        id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
        reason: "CDK's deployment group takes this policy, the smallest that AWS made for it.",
      },
      {
        id: `AwsSolutions-IAM5[Resource::<${checkId}.Arn>:*]`,
        reason: 'CodeDeploy calls the hook; CDK grants every qualifier of this one function.',
      },
    );
    // The update policy refers to these without depending on them: without this the alias could move
    // before the group knows the new alarms.
    lambdaModel.alias.node.addDependency(group, check.function, this.alarms);
    check.checkFirstDeployment(lambdaModel.alias);
    throttleAlarm(this, lambdaModel.metrics, props.warningTopic);
    stateAlarm(this, stage, model.name, this.alarms.all);
  }

  private createAlarms(rollout: RolloutConfig, props: RolloutProps): ReleaseAlarms {
    const { lambdaModel, model } = props;
    return new ReleaseAlarms(this, 'Alarms', {
      version: lambdaModel.version,
      metrics: new ModelMetrics({
        model: model.name,
        functionName: lambdaModel.functionName,
        alias: liveAlias,
        functionVersion: lambdaModel.version.version,
      }),
      limits: model.config.alarms,
      windowMinutes: alarmWindowMinutes(rollout),
      action: new actions.SnsAction(props.criticalTopic),
    });
  }
}

function refuseProvisionedConcurrency({ name, config }: Model, rollout: RolloutConfig): void {
  if (config.provisionedConcurrency === undefined || rollout.strategy === 'all-at-once') return;
  throw new Error(
    `Model ${name}: provisionedConcurrency (${config.provisionedConcurrency}) with rollout.strategy ` +
      `${rollout.strategy}. Lambda refuses weights on an alias with provisioned concurrency, and after a ` +
      'failed shift the stack can no longer be updated. Set rollout.strategy to all-at-once, or remove ' +
      'provisionedConcurrency.',
  );
}
