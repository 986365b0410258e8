import { type CfnResource, aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AlarmLimits } from '../../model-repository/model.ts';
import type { EndpointMetrics } from './endpoint-metrics.ts';

export interface EndpointAlarmsProps {
  /** Metrics of the new fleet alone, where SageMaker tells it from the old one. */
  readonly metrics: EndpointMetrics;
  readonly limits: AlarmLimits;
  /** Minutes that the alarms look back. */
  readonly windowMinutes: number;
  /** Digest of what is released. */
  readonly release: string;
  readonly action: cloudwatch.IAlarmAction;
}

/**
 * The alarms by which SageMaker turns an update back. Below `minRequests` they judge nothing, and their
 * latency is the container's own: the front and the way to it are no reason to turn back.
 */
export class EndpointAlarms extends Construct {
  readonly errorRate: cloudwatch.Alarm;
  readonly latency: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: EndpointAlarmsProps) {
    super(scope, id);
    const { limits, metrics, windowMinutes } = props;
    const period = Duration.minutes(windowMinutes);
    const invocations = metrics.invocations({ period });
    this.errorRate = this.createAlarm('EndpointErrorRate', props, {
      threshold: limits.errorRate,
      alarmDescription: `A share of more than ${limits.errorRate} of the requests to the new containers fails`,
      metric: new cloudwatch.MathExpression({
        label: 'Error rate',
        expression: `IF(invocations < ${limits.minRequests}, 0, FILL(errors, 0) / invocations)`,
        usingMetrics: { invocations, errors: metrics.errors({ period }) },
        period,
      }),
    });
    this.latency = this.createAlarm('EndpointLatency', props, {
      threshold: limits.p95LatencyMs * microsecondsPerMillisecond,
      alarmDescription: `The new containers' 95th percentile of latency is over ${limits.p95LatencyMs} ms`,
      metric: new cloudwatch.MathExpression({
        label: '95th percentile of latency, microseconds',
        expression: `IF(invocations < ${limits.minRequests}, 0, FILL(latency, 0))`,
        usingMetrics: { invocations, latency: metrics.modelLatency({ period }) },
        period,
      }),
    });
  }

  get all(): cloudwatch.Alarm[] {
    return [this.errorRate, this.latency];
  }

  private createAlarm(
    id: string,
    { release, action }: EndpointAlarmsProps,
    props: Pick<cloudwatch.AlarmProps, 'threshold' | 'metric' | 'alarmDescription'>,
  ): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, id, {
      ...props,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // No requests are no evidence against the release.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(action);
    // Updated in place an alarm keeps its state, and one that is red turns back its own repair: with
    // the release in its id each gets a new one, and without a name none stands in another's way.
    (alarm.node.defaultChild as CfnResource).overrideLogicalId(`${id}Alarm${release.slice(0, 32)}`);
    return alarm;
  }
}

const microsecondsPerMillisecond = 1000;
