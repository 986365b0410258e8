import {
  aws_cloudwatch_actions as actions,
  aws_cloudwatch as cloudwatch,
  Duration,
  type aws_sns as sns,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { namesOf } from '../../config/names.ts';
import type { ModelMetrics } from '../lambda-model/model-metrics.ts';

/** Throttles tell of quotas and load, not of the version: they never turn a rollout back. */
export function throttleAlarm(
  scope: Construct,
  metrics: ModelMetrics,
  warningTopic: sns.ITopic,
): void {
  const alarm = new cloudwatch.Alarm(scope, 'Throttles', {
    metric: metrics.throttles({ period: Duration.minutes(1) }),
    threshold: 0,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    alarmDescription:
      'Lambda refuses calls of the model: the concurrency of account or function is used up',
  });
  alarm.addAlarmAction(new actions.SnsAction(warningTopic));
}

/**
 * The model's state under a name that stays, for the dashboard: the alarms behind it have none and
 * change with each release. Nothing that shifts traffic reads it.
 */
export function stateAlarm(
  scope: Construct,
  stage: string,
  model: string,
  alarms: readonly cloudwatch.IAlarm[],
): void {
  new cloudwatch.CompositeAlarm(scope, 'State', {
    compositeAlarmName: namesOf(stage).stateAlarm(model),
    alarmDescription: `The released version of model ${model} fails or is slow`,
    alarmRule: cloudwatch.AlarmRule.anyOf(
      ...alarms.map((alarm) => cloudwatch.AlarmRule.fromAlarm(alarm, cloudwatch.AlarmState.ALARM)),
    ),
  });
}
