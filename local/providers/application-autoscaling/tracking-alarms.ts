import { createHash } from 'node:crypto';
import { PREDEFINED, type TargetTracking } from './policy-input.ts';
import type { TargetKey } from './scalable-target.ts';

/** AWS's own figures: three minutes above the target, or fifteen below nine tenths of it. */
const HIGH_PERIODS = 3;
const LOW_PERIODS = 15;
const LOW_SHARE = 0.9;

/** An alarm as PutMetricAlarm takes it. */
export interface TrackingAlarm extends Readonly<Record<string, unknown>> {
  readonly AlarmName: string;
}

export interface TrackingAlarms {
  readonly high: TrackingAlarm;
  /** Missing when the policy may not scale in. */
  readonly low?: TrackingAlarm;
}

/** The alarms that target tracking sets on its metric. */
export function trackingAlarms(
  key: TargetKey,
  policyArn: string,
  policy: TargetTracking,
): TrackingAlarms {
  const { TargetValue, DisableScaleIn } = policy;
  const digest = createHash('sha256').update(policyArn).digest('hex').slice(0, 32);
  const common = {
    ...metricOf(key, policy),
    ActionsEnabled: true,
    AlarmActions: [policyArn],
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policyArn}.`,
  };
  const name = (side: string) => `TargetTracking-${key.resourceId}-${side}-${digest}`;
  const high = {
    ...common,
    AlarmName: name('AlarmHigh'),
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: TargetValue,
    EvaluationPeriods: HIGH_PERIODS,
  };
  if (DisableScaleIn) return { high };
  const low = {
    ...common,
    AlarmName: name('AlarmLow'),
    ComparisonOperator: 'LessThanThreshold',
    Threshold: TargetValue * LOW_SHARE,
    EvaluationPeriods: LOW_PERIODS,
  };
  return { high, low };
}

/** The metric in the members of PutMetricAlarm. */
export function metricOf(key: TargetKey, policy: TargetTracking): Record<string, unknown> {
  const predefined = policy.PredefinedMetricSpecification;
  if (predefined) {
    return {
      Namespace: 'AWS/SageMaker',
      ...PREDEFINED[predefined.PredefinedMetricType],
      Dimensions: dimensionsOf(key),
    };
  }
  const { Metrics, ...metric } = policy.CustomizedMetricSpecification ?? { Dimensions: [] };
  return Metrics ? { Metrics: Metrics.map(withPeriod) } : { ...metric, Period: 60 };
}

/** The members of MetricStat have no period here: target tracking looks at minutes. */
function withPeriod(query: Record<string, unknown>): Record<string, unknown> {
  const stat = query.MetricStat as Record<string, unknown> | undefined;
  return stat ? { ...query, MetricStat: { Period: 60, ...stat } } : query;
}

function dimensionsOf({ resourceId }: TargetKey): { Name: string; Value: string }[] {
  const [kind, name = '', , variant] = resourceId.split('/');
  return kind === 'endpoint'
    ? [
        { Name: 'EndpointName', Value: name },
        { Name: 'VariantName', Value: variant ?? '' },
      ]
    : [{ Name: 'InferenceComponentName', Value: name }];
}
