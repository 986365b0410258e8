import { type CfnResource, aws_cloudwatch as cloudwatch } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface ReleaseAlarmProps
  extends Pick<cloudwatch.AlarmProps, 'threshold' | 'metric' | 'alarmDescription'> {
  /** 32 hexadecimal digits of the release's digest; may be known at synthesis only. */
  readonly release: string;
  readonly action: cloudwatch.IAlarmAction;
}

/**
 * An alarm that turns a release back. One that is updated in place keeps its state: a model that is
 * red already would turn back its own repair. With the release in its logical id each gets a new
 * alarm, and without a name the old one does not stand in the way.
 */
export function releaseAlarm(
  scope: Construct,
  id: string,
  { release, action, ...props }: ReleaseAlarmProps,
): cloudwatch.Alarm {
  const alarm = new cloudwatch.Alarm(scope, id, {
    ...props,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    // No requests are no evidence against the release.
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(action);
  (alarm.node.defaultChild as CfnResource).overrideLogicalId(`${id}Alarm${release}`);
  return alarm;
}
