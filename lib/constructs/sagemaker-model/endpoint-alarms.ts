import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AlarmLimits } from '../../model-repository/model.ts';
import { releaseAlarm } from '../rollout/release-alarm.ts';
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
    const release = { release: props.release.slice(0, 32), action: props.action };
    const period = Duration.minutes(windowMinutes);
    const invocations = metrics.invocations({ period });
    this.errorRate = releaseAlarm(this, 'EndpointErrorRate', {
      ...release,
      threshold: limits.errorRate,
      alarmDescription: `A share of more than ${limits.errorRate} of the requests to the new containers fails`,
      metric: new cloudwatch.MathExpression({
        label: 'Error rate',
        expression: `IF(invocations < ${limits.minRequests}, 0, FILL(errors, 0) / invocations)`,
        usingMetrics: { invocations, errors: metrics.errors({ period }) },
        period,
      }),
    });
    this.latency = releaseAlarm(this, 'EndpointLatency', {
      ...release,
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
}

const microsecondsPerMillisecond = 1000;
