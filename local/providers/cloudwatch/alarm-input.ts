import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import { boolean, integer, number, parseInput } from '../../host/operation-input.ts';
import {
  COMPARISONS,
  type Comparison,
  type CompositeAlarm,
  type MetricAlarm,
  periodOf,
} from './alarm.ts';
import { parseAlarmRule } from './alarm-rule.ts';
import { calls, namesIn, parseExpression } from './expression.ts';
import { checkQueries, dimensions, metricQueries, period } from './metric-input.ts';
import type { MetricQuery } from './metric-query.ts';

const arns = z.array(z.string()).max(5).default([]);

const common = {
  AlarmName: z.string().min(1).max(255),
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: boolean.default(true),
  OKActions: arns,
  AlarmActions: arns,
  InsufficientDataActions: arns,
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
};

const metricAlarm = z.object({
  ...common,
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: dimensions,
  Period: period.optional(),
  Statistic: z.enum(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']).optional(),
  ExtendedStatistic: z.string().optional(),
  Unit: z.string().optional(),
  Metrics: metricQueries.max(20).optional(),
  EvaluationPeriods: integer.refine((count) => count >= 1, 'expected at least 1'),
  DatapointsToAlarm: integer.optional(),
  Threshold: number,
  ComparisonOperator: z.enum(Object.keys(COMPARISONS) as [Comparison, ...Comparison[]]),
  TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).default('missing'),
  EvaluateLowSampleCountPercentile: z.enum(['evaluate', 'ignore']).default('evaluate'),
});

type MetricAlarmInput = z.output<typeof metricAlarm>;

/** What PutMetricAlarm sets; the state is not part of it. */
export type Configuration<A> = A extends unknown
  ? Omit<A, 'arn' | 'configuredAt' | 'state' | 'reason' | 'reasonData' | 'stateSince'>
  : never;

export function parseMetricAlarm(input: unknown): Configuration<MetricAlarm> {
  const given = parseInput(metricAlarm, input, 'ValidationError');
  const queries = given.Metrics ?? [singleMetric(given)];
  checkQueries(queries);
  const toAlarm = given.DatapointsToAlarm ?? given.EvaluationPeriods;
  const problems = RULES.flatMap(([holds, problem]) =>
    holds({ given, queries, toAlarm }) ? [] : [problem],
  );
  if (problems.length > 0) throw new AwsError('ValidationError', problems.join('; '));
  return {
    kind: 'metric',
    ...commonOf(given),
    queries,
    math: given.Metrics !== undefined,
    evaluationPeriods: given.EvaluationPeriods,
    datapointsToAlarm: toAlarm,
    threshold: given.Threshold,
    comparison: given.ComparisonOperator,
    missingData: given.TreatMissingData,
    ignoresLowSamples: given.EvaluateLowSampleCountPercentile === 'ignore',
  };
}

const compositeAlarm = z.object({ ...common, AlarmRule: z.string().min(1).max(10_240) });

export function parseCompositeAlarm(input: unknown): Configuration<CompositeAlarm> {
  const given = parseInput(compositeAlarm, input, 'ValidationError');
  parseAlarmRule(given.AlarmRule);
  return { kind: 'composite', ...commonOf(given), rule: given.AlarmRule };
}

interface Checked {
  readonly given: MetricAlarmInput;
  readonly queries: readonly MetricQuery[];
  readonly toAlarm: number;
}

const RULES: readonly (readonly [holds: (alarm: Checked) => boolean, problem: string])[] = [
  [
    ({ given }) => !given.Metrics || !(given.MetricName ?? given.Statistic ?? given.Period),
    'An alarm takes either Metrics or a single metric with MetricName, Statistic and Period',
  ],
  [
    ({ given }) => !(given.Statistic && given.ExtendedStatistic),
    'An alarm takes either Statistic or ExtendedStatistic',
  ],
  [
    ({ queries }) => queries.filter((query) => query.returnData).length === 1,
    'Exactly one element of Metrics must return data',
  ],
  [
    ({ queries }) => queries.every(knowsItsNames(queries)),
    'An expression refers to an id that is not in Metrics',
  ],
  [({ queries }) => queries.every(isNoSearch), 'An alarm cannot be set on SEARCH'],
  [
    ({ queries }) => new Set(queries.flatMap((query) => query.metricStat?.period ?? [])).size <= 1,
    'All metrics of an alarm must have the same period',
  ],
  [
    ({ given, toAlarm }) => toAlarm >= 1 && toAlarm <= given.EvaluationPeriods,
    'DatapointsToAlarm must lie between 1 and EvaluationPeriods',
  ],
  [
    ({ given, queries }) => {
      // AWS: a week for periods of an hour or more, else a day.
      const seconds = periodOf(queries);
      return given.EvaluationPeriods * seconds <= (seconds >= 3600 ? 7 : 1) * 24 * 3600;
    },
    'EvaluationPeriods times the period must not exceed a day (a week for periods of an hour or more)',
  ],
];

function knowsItsNames(queries: readonly MetricQuery[]): (query: MetricQuery) => boolean {
  const ids = new Set(queries.map(({ id }) => id));
  return ({ expression }) =>
    expression === undefined ||
    namesIn(parseExpression(expression)).every((name) => /^[A-Z]/.test(name) || ids.has(name));
}

function isNoSearch({ expression }: MetricQuery): boolean {
  return expression === undefined || !calls(parseExpression(expression), 'SEARCH');
}

function singleMetric(given: MetricAlarmInput): MetricQuery {
  const { Namespace, MetricName, Period, Dimensions, Unit } = given;
  const stat = given.Statistic ?? given.ExtendedStatistic;
  const missing = Object.entries({
    Namespace,
    MetricName,
    Period,
    'Statistic or ExtendedStatistic': stat,
  })
    .filter(([, value]) => value === undefined)
    .map(([name]) => name);
  if (missing.length > 0) {
    throw new AwsError(
      'ValidationError',
      `An alarm on a single metric also needs ${missing.join(', ')}`,
    );
  }
  const metric = {
    namespace: Namespace as string,
    name: MetricName as string,
    dimensions: Dimensions,
  };
  return {
    id: 'm1',
    returnData: true,
    metricStat: { metric, period: Period as number, stat: stat as string, unit: Unit },
  };
}

function commonOf(given: MetricAlarmInput | z.output<typeof compositeAlarm>) {
  return {
    name: given.AlarmName,
    description: given.AlarmDescription,
    actionsEnabled: given.ActionsEnabled,
    actions: {
      OK: given.OKActions,
      ALARM: given.AlarmActions,
      INSUFFICIENT_DATA: given.InsufficientDataActions,
    },
    tags: given.Tags,
  };
}
