import {
  type CfnResource,
  aws_cloudwatch as cloudwatch,
  Duration,
  Lazy,
  type aws_lambda as lambda,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AlarmLimits } from '../../model-repository/model.ts';
import type { ModelMetrics } from '../lambda-model/model-metrics.ts';
import { releaseAlarm } from './release-alarm.ts';

export interface ReleaseAlarmsProps {
  /** The Lambda version that is released. */
  readonly version: lambda.IVersion;
  /** Metrics of that version alone. */
  readonly metrics: ModelMetrics;
  readonly limits: AlarmLimits;
  /** Minutes that the alarms look back. */
  readonly windowMinutes: number;
  readonly action: cloudwatch.IAlarmAction;
}

/**
 * The alarms that turn a rollout back. They look at the new Lambda version alone, and below
 * `minRequests` they judge nothing: one failure of three requests says little.
 */
export class ReleaseAlarms extends Construct {
  readonly errorRate: cloudwatch.Alarm;
  readonly latency: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: ReleaseAlarmsProps) {
    super(scope, id);
    const { limits, action } = props;
    const release = { release: hashOf(props.version), action };
    this.errorRate = releaseAlarm(this, 'ErrorRate', {
      ...release,
      threshold: limits.errorRate,
      metric: errorRate(props),
      alarmDescription: `A share of more than ${limits.errorRate} of the requests to the new version fails`,
    });
    this.latency = releaseAlarm(this, 'Latency', {
      ...release,
      threshold: limits.p95LatencyMs,
      metric: p95Latency(props),
      alarmDescription: `The new version's 95th percentile of latency is over ${limits.p95LatencyMs} ms`,
    });
  }

  get all(): cloudwatch.Alarm[] {
    return [this.errorRate, this.latency];
  }
}

/** The version's hash, which is known only when everything else of the function is. */
function hashOf(version: lambda.IVersion): string {
  const resource = version.node.defaultChild as CfnResource;
  const hashLength = 32;
  return Lazy.uncachedString({
    produce: () => Stack.of(version).resolve(resource.logicalId).slice(-hashLength),
  });
}

/**
 * Failures over calls. The handler counts what it catches as model or server errors and never throws
 * it again, so Lambda's own Errors hold only crashes and timeouts: no failure is in two of the three.
 */
function errorRate({ metrics, limits, windowMinutes }: ReleaseAlarmsProps) {
  const period = Duration.minutes(windowMinutes);
  return new cloudwatch.MathExpression({
    label: 'Error rate',
    expression: `IF(invocations < ${limits.minRequests}, 0, (FILL(modelErrors, 0) + FILL(serverErrors, 0) + FILL(crashes, 0)) / invocations)`,
    usingMetrics: {
      invocations: metrics.invocations({ period }),
      modelErrors: metrics.modelErrors({ period }),
      serverErrors: metrics.serverErrors({ period }),
      crashes: metrics.crashes({ period }),
    },
    period,
  });
}

function p95Latency({ metrics, limits, windowMinutes }: ReleaseAlarmsProps) {
  const period = Duration.minutes(windowMinutes);
  return new cloudwatch.MathExpression({
    label: '95th percentile of latency, ms',
    expression: `IF(invocations < ${limits.minRequests}, 0, FILL(latency, 0))`,
    usingMetrics: {
      invocations: metrics.invocations({ period }),
      latency: metrics.latency({ period }),
    },
    period,
  });
}
