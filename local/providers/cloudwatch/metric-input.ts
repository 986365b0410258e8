import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import { boolean, integer, number, parseInput, timestamp } from '../../host/operation-input.ts';
import { parseExpression } from './expression.ts';
import type { MetricId } from './metric-id.ts';
import type { MetricQuery, TimeRange } from './metric-query.ts';
import type { Sample } from './metric-store.ts';
import { statisticNamed } from './statistic.ts';

const text = z.string().min(1);

export const dimensions = z
  .array(z.object({ Name: text.max(255), Value: text.max(1024) }))
  .max(30)
  .default([])
  .transform((list) => list.map(({ Name, Value }) => ({ name: Name, value: Value })));

/** 10, 20 and 30 seconds are for metrics of high resolution. */
export const period = integer.refine(
  (seconds) => [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0),
  'expected 1, 5, 10, 20, 30 or a multiple of 60 (seconds)',
);

/** Services of this cloud send thousands of numbers a second: those need no look at each by a schema. */
const numbers = z
  .union([z.custom<number[]>(areNumbers), z.array(number)])
  .refine(({ length }) => length <= 150, 'expected at most 150');

const datum = z
  .object({
    MetricName: text.max(255),
    Dimensions: dimensions,
    Value: number.optional(),
    Values: numbers.optional(),
    Counts: numbers.optional(),
    StatisticValues: z
      .object({ SampleCount: number, Sum: number, Minimum: number, Maximum: number })
      .optional(),
    Unit: z.string().optional(),
    StorageResolution: integer.optional(),
  })
  .refine(
    (given) =>
      [given.Value, given.Values, given.StatisticValues].filter((way) => way !== undefined)
        .length === 1,
    'expected exactly one of Value, Values and StatisticValues',
  )
  .refine(
    (given) => given.Counts === undefined || given.Counts.length === given.Values?.length,
    'expected as many Counts as Values',
  );

const metricData = z.object({
  Namespace: text.max(255),
  MetricData: z.array(datum).max(1000).default([]),
});

export interface MetricDatum {
  readonly id: MetricId;
  readonly unit: string | undefined;
  /** Seconds of a bucket: 60, or 1 at high resolution. */
  readonly resolution: number;
  readonly sample: Sample;
}

export function parseMetricData(input: unknown): MetricDatum[] {
  const { Namespace, MetricData } = parseInput(metricData, input, 'InvalidParameterValueException');
  return MetricData.map((given) => ({
    id: { namespace: Namespace, name: given.MetricName, dimensions: given.Dimensions },
    unit: given.Unit,
    resolution: given.StorageResolution === 1 ? 1 : 60,
    sample: sampleOf(given),
  }));
}

function areNumbers(given: unknown): boolean {
  return Array.isArray(given) && given.every(Number.isFinite);
}

function sampleOf(given: z.output<typeof datum>): Sample {
  const { StatisticValues: set, Counts } = given;
  if (set) {
    return { set: { count: set.SampleCount, sum: set.Sum, min: set.Minimum, max: set.Maximum } };
  }
  return { values: given.Values ?? [given.Value as number], counts: Counts };
}

const metricStat = z
  .object({
    Metric: z.object({ Namespace: text, MetricName: text, Dimensions: dimensions }),
    Period: period,
    Stat: text,
    Unit: z.string().optional(),
  })
  .transform(({ Metric, Period, Stat, Unit }) => ({
    metric: { namespace: Metric.Namespace, name: Metric.MetricName, dimensions: Metric.Dimensions },
    period: Period,
    stat: Stat,
    unit: Unit,
  }));

/** The queries of GetMetricData, of an alarm on metric math and of a dashboard have one form. */
export const metricQueries = z
  .array(
    z
      .object({
        Id: z
          .string()
          .regex(/^[a-z]\w{0,254}$/, 'expected an id that begins with a lower-case letter'),
        Label: z.string().optional(),
        ReturnData: boolean.default(true),
        Period: period.optional(),
        MetricStat: metricStat.optional(),
        Expression: z.string().min(1).optional(),
      })
      .refine(
        (query) => (query.MetricStat === undefined) !== (query.Expression === undefined),
        'expected either MetricStat or Expression',
      )
      .transform(
        (query): MetricQuery => ({
          id: query.Id,
          label: query.Label,
          returnData: query.ReturnData,
          period: query.Period,
          metricStat: query.MetricStat,
          expression: query.Expression,
        }),
      ),
  )
  .min(1)
  .max(500)
  .refine(
    (queries) => new Set(queries.map(({ id }) => id)).size === queries.length,
    'two queries have the same Id',
  );

const metricDataRequest = z.object({
  MetricDataQueries: metricQueries,
  StartTime: timestamp,
  EndTime: timestamp,
  NextToken: z.string().optional(),
  ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).default('TimestampDescending'),
  MaxDatapoints: integer.default(100_800),
});

export type MetricDataRequest = Omit<
  z.output<typeof metricDataRequest>,
  'StartTime' | 'EndTime'
> & { readonly range: TimeRange };

export function parseMetricDataRequest(input: unknown): MetricDataRequest {
  const { StartTime, EndTime, ...request } = parseInput(
    metricDataRequest,
    input,
    'ValidationError',
  );
  checkQueries(request.MetricDataQueries);
  const periods = request.MetricDataQueries.map((query) => query.metricStat?.period ?? 60);
  return { ...request, range: rangeOf(StartTime, EndTime, Math.min(...periods)) };
}

/** What can be wrong in queries beyond their form: statistics and expressions. */
export function checkQueries(queries: readonly MetricQuery[]): void {
  for (const { metricStat: stat, expression } of queries) {
    if (stat) statisticNamed(stat.stat);
    if (expression !== undefined) parseExpression(expression);
  }
}

const statisticsRequest = z.object({
  Namespace: text,
  MetricName: text,
  Dimensions: dimensions,
  StartTime: timestamp,
  EndTime: timestamp,
  Period: period,
  Statistics: z.array(text).default([]),
  ExtendedStatistics: z.array(text).default([]),
  Unit: z.string().optional(),
});

export function parseStatisticsRequest(
  input: unknown,
): z.output<typeof statisticsRequest> & { readonly range: TimeRange } {
  const request = parseInput(statisticsRequest, input, 'InvalidParameterValueException');
  return { ...request, range: rangeOf(request.StartTime, request.EndTime, request.Period) };
}

/** As in AWS, a range begins with a whole minute, or with a whole period of less than that. */
function rangeOf(startTime: number, endTime: number, shortest: number): TimeRange {
  if (startTime >= endTime) {
    throw new AwsError('ValidationError', 'The parameter StartTime must be less than EndTime');
  }
  const step = Math.min(60, shortest) * 1000;
  return { start: (Math.floor(startTime / step) * step) / 1000, end: Math.ceil(endTime / 1000) };
}
