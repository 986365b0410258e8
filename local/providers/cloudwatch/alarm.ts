import type { Dimension } from './metric-id.ts';
import type { MetricQuery, MetricStat } from './metric-query.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export type MissingData = 'breaching' | 'notBreaching' | 'ignore' | 'missing';

/** What both kinds of alarm have. Times are milliseconds since the epoch. */
interface AlarmBase {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  readonly actionsEnabled: boolean;
  /** ARNs of what to do on entering a state. */
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly configuredAt: number;
  readonly state: AlarmState;
  readonly reason: string;
  readonly reasonData?: string | undefined;
  readonly stateSince: number;
}

/** An alarm on a metric or on the result of metric math. */
export interface MetricAlarm extends AlarmBase {
  readonly kind: 'metric';
  /** One of them returns data: the one that is watched. */
  readonly queries: readonly MetricQuery[];
  /** Given as `Metrics`, not as a single metric: it is described the same way. */
  readonly math: boolean;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: Comparison;
  readonly missingData: MissingData;
  /** The alarm waits while a percentile has too few samples behind it. */
  readonly ignoresLowSamples: boolean;
}

/** An alarm on other alarms' states. */
export interface CompositeAlarm extends AlarmBase {
  readonly kind: 'composite';
  readonly rule: string;
}

export type Alarm = MetricAlarm | CompositeAlarm;

export type Comparison = keyof typeof COMPARISONS;

/** Each comparison in code and in words. */
export const COMPARISONS = {
  GreaterThanThreshold: {
    breaches: (value: number, threshold: number) => value > threshold,
    words: 'greater than',
  },
  GreaterThanOrEqualToThreshold: {
    breaches: (value: number, threshold: number) => value >= threshold,
    words: 'greater than or equal to',
  },
  LessThanThreshold: {
    breaches: (value: number, threshold: number) => value < threshold,
    words: 'less than',
  },
  LessThanOrEqualToThreshold: {
    breaches: (value: number, threshold: number) => value <= threshold,
    words: 'less than or equal to',
  },
} as const;

/** The query whose data the alarm watches. */
export function watchedQuery(alarm: MetricAlarm): MetricQuery {
  return alarm.queries.find((query) => query.returnData) as MetricQuery;
}

export function periodOf(queries: readonly MetricQuery[]): number {
  const watched = queries.find((query) => query.returnData);
  const own = watched?.metricStat?.period ?? watched?.period;
  return own ?? queries.find((query) => query.metricStat)?.metricStat?.period ?? 60;
}

/** The API's shape of an alarm. */
export function describeAlarm(alarm: Alarm): Record<string, unknown> {
  const common = {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    StateValue: alarm.state,
    StateReason: alarm.reason,
    StateReasonData: alarm.reasonData,
    StateUpdatedTimestamp: new Date(alarm.stateSince),
    StateTransitionedTimestamp: new Date(alarm.stateSince),
  };
  if (alarm.kind === 'composite') return { ...common, AlarmRule: alarm.rule };
  return {
    ...common,
    ...describeMetric(alarm),
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison,
    TreatMissingData: alarm.missingData,
    ...(alarm.ignoresLowSamples && { EvaluateLowSampleCountPercentile: 'ignore' }),
  };
}

function describeMetric(alarm: MetricAlarm): Record<string, unknown> {
  if (alarm.math) return { Metrics: alarm.queries.map(describeQuery) };
  const { metric, period, stat, unit } = watchedQuery(alarm).metricStat as MetricStat;
  return {
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: describeDimensions(metric.dimensions),
    Period: period,
    [/^[A-Z]/.test(stat) ? 'Statistic' : 'ExtendedStatistic']: stat,
    ...(unit && { Unit: unit }),
  };
}

function describeQuery(query: MetricQuery): Record<string, unknown> {
  const { id, label, returnData, period, metricStat, expression } = query;
  return {
    Id: id,
    ...(label !== undefined && { Label: label }),
    ReturnData: returnData,
    ...(period !== undefined && { Period: period }),
    ...(expression !== undefined && { Expression: expression }),
    ...(metricStat && {
      MetricStat: {
        Metric: {
          Namespace: metricStat.metric.namespace,
          MetricName: metricStat.metric.name,
          Dimensions: describeDimensions(metricStat.metric.dimensions),
        },
        Period: metricStat.period,
        Stat: metricStat.stat,
        ...(metricStat.unit && { Unit: metricStat.unit }),
      },
    }),
  };
}

export function describeDimensions(
  dimensions: readonly Dimension[],
): { Name: string; Value: string }[] {
  return dimensions.map(({ name, value }) => ({ Name: name, Value: value }));
}
