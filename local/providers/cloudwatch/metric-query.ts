import { AwsError } from '../../host/aws-error.ts';
import { parseExpression } from './expression.ts';
import { defaultLabels } from './label.ts';
import { type Result, type Scope, seriesOf } from './math-value.ts';
import type { MetricId } from './metric-id.ts';
import { computeExpression } from './metric-math.ts';
import { parseSearch } from './metric-search.ts';
import { type MetricStore, nextStart, type Series, windowOf } from './metric-store.ts';
import { statisticNamed } from './statistic.ts';
import type { TimeSeries } from './time-series.ts';

/** One metric with one statistic. */
export interface MetricStat {
  readonly metric: MetricId;
  readonly period: number;
  readonly stat: string;
  readonly unit?: string | undefined;
}

/** A metric or an expression, under an id by which expressions refer to it. */
export interface MetricQuery {
  readonly id: string;
  readonly label?: string | undefined;
  readonly returnData: boolean;
  readonly period?: number | undefined;
  readonly metricStat?: MetricStat | undefined;
  readonly expression?: string | undefined;
}

/** From `start` up to, not including, `end`, in whole seconds. Periods are counted from `start`. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/** AWS's limit on one request; only expressions that make datapoints out of nothing can reach it. */
const MAX_DATAPOINTS = 100_800;

/** The queries of one request over one range; each is computed once, when it is asked for. */
export class MetricQueries {
  readonly #store: MetricStore;
  readonly #range: TimeRange;
  readonly #queries: ReadonlyMap<string, MetricQuery>;
  readonly #results = new Map<string, Result>();
  readonly #underway = new Set<string>();

  constructor(store: MetricStore, queries: readonly MetricQuery[], range: TimeRange) {
    this.#store = store;
    this.#range = range;
    this.#queries = new Map(queries.map((query) => [query.id, query]));
  }

  /** One series for a metric; one or an array of them for an expression. */
  result(query: MetricQuery): Result {
    const known = this.#results.get(query.id);
    if (known) return known;
    if (this.#underway.has(query.id)) throw invalid(query, 'it refers to itself');
    this.#underway.add(query.id);
    const result = query.metricStat ? this.#metric(query.metricStat) : this.#expression(query);
    this.#underway.delete(query.id);
    this.#results.set(query.id, result);
    return result;
  }

  #metric(stat: MetricStat): TimeSeries {
    const series = this.#store.find(stat.metric);
    const fits = series && (stat.unit === undefined || stat.unit === series.unit);
    const points = fits ? pointsOf(series, this.#range, stat.period, stat.stat) : new Map();
    return { label: stat.metric.name, period: stat.period, points, source: stat };
  }

  #expression(query: MetricQuery): Result {
    try {
      return computeExpression(parseExpression(query.expression ?? ''), this.#scope(query));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw invalid(query, error.message.replace(/^Error in expression: /, ''));
    }
  }

  #scope(query: MetricQuery): Scope {
    const metrics = [...this.#queries.values()].filter(({ metricStat }) => metricStat);
    const periods = metrics.map(({ metricStat }) => metricStat?.period ?? 60);
    const period = query.period ?? (periods.length > 0 ? Math.min(...periods) : 60);
    return {
      period,
      result: (id) => {
        const found = this.#queries.get(id);
        return found && this.result(found);
      },
      metrics: () =>
        metrics.flatMap((metric) =>
          seriesOf(this.result(metric)).map((series) => ({ id: metric.id, series })),
        ),
      search: (text, stat, searched) => this.#search(text, stat, searched ?? period),
      grid: (step) => gridOf(this.#range, step),
    };
  }

  #search(text: string, stat: string, period: number): readonly TimeSeries[] {
    const matches = parseSearch(text);
    const found = [...this.#store.all()]
      .filter(({ id }) => matches(id))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const labels = defaultLabels(found.map(({ id }) => id));
    return found.map((series, index) => ({
      label: labels[index] as string,
      period,
      points: pointsOf(series, this.#range, period, stat),
      source: { metric: series.id, period, stat },
    }));
  }
}

/** Every time at which a period starts. */
export function gridOf({ start, end }: TimeRange, period: number): number[] {
  const count = Math.max(0, Math.ceil((end - start) / period));
  if (count > MAX_DATAPOINTS) {
    throw new AwsError(
      'ValidationError',
      `The request asks for ${count} datapoints, more than the limit of ${MAX_DATAPOINTS}. Use a longer period or a shorter range`,
    );
  }
  return Array.from({ length: count }, (_, index) => start + index * period);
}

/** Goes from datapoint to datapoint: a range of a year with an hour of data costs an hour. */
export function pointsOf(
  series: Series,
  { start, end }: TimeRange,
  period: number,
  stat: string,
): Map<number, number> {
  const statistic = statisticNamed(stat);
  const points = new Map<number, number>();
  let next = nextStart(series, start);
  while (next !== undefined && next < end) {
    const from = start + Math.floor((next - start) / period) * period;
    const data = windowOf(series, from, Math.min(from + period, end));
    const value = data && statistic(data);
    if (value !== undefined) points.set(from, value);
    next = nextStart(series, from + period);
  }
  return points;
}

function invalid(query: MetricQuery, problem: string): AwsError {
  return new AwsError('ValidationError', `Error in expression '${query.id}': ${problem}`);
}
