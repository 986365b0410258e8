import { z } from 'zod';
import type { Clock } from '../../host/clock.ts';
import { parseInput } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import { describeDimensions } from './alarm.ts';
import { defaultLabels, fillLabel, isDynamic } from './label.ts';
import { isList, seriesOf } from './math-value.ts';
import { dimensionOf, type MetricId } from './metric-id.ts';
import {
  type MetricDataRequest,
  parseMetricData,
  parseMetricDataRequest,
  parseStatisticsRequest,
} from './metric-input.ts';
import type { MetricJournal } from './metric-journal.ts';
import { MetricQueries, pointsOf } from './metric-query.ts';
import type { MetricStore } from './metric-store.ts';
import { SIMPLE_STATISTICS } from './statistic.ts';

const METRICS_PER_PAGE = 500;
/** AWS lists what has reported within two weeks, or within three hours when asked to. */
const RECENT = 3 * 3600;

const listInput = z.object({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string().optional() })).default([]),
  RecentlyActive: z.literal('PT3H').optional(),
  NextToken: z.string().optional(),
});

export function metricOperations(
  store: MetricStore,
  journal: MetricJournal,
  clock: Clock,
): Record<string, Operation> {
  return {
    PutMetricData: (input) => {
      // Stamped on arrival: the sender's clock is not the cloud's, which may run faster.
      const now = Math.floor(clock.now() / 1000);
      for (const { id, unit, resolution, sample } of parseMetricData(input)) {
        const start = Math.floor(now / resolution) * resolution;
        store.record(id, unit, start, sample);
        journal.note(id, unit, start, sample);
      }
      return {};
    },
    GetMetricData: (input) => getMetricData(store, parseMetricDataRequest(input)),
    GetMetricStatistics: (input) => getMetricStatistics(store, input),
    ListMetrics: (input) => {
      const request = parseInput(listInput, input, 'InvalidParameterValueException');
      const oldest = request.RecentlyActive ? clock.now() / 1000 - RECENT : 0;
      const found = [...store.all()]
        .filter(({ id, starts }) => isListed(id, request) && (starts.at(-1) ?? 0) >= oldest)
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      const { items, nextToken } = pageOf(found, request.NextToken, METRICS_PER_PAGE);
      return {
        Metrics: items.map(({ id }) => ({
          Namespace: id.namespace,
          MetricName: id.name,
          Dimensions: describeDimensions(id.dimensions),
        })),
        ...(nextToken && { NextToken: nextToken }),
      };
    },
  };
}

function isListed(id: MetricId, request: z.output<typeof listInput>): boolean {
  return (
    (request.Namespace === undefined || request.Namespace === id.namespace) &&
    (request.MetricName === undefined || request.MetricName === id.name) &&
    request.Dimensions.every(({ Name, Value }) => {
      const value = dimensionOf(id, Name);
      return value !== undefined && (Value === undefined || Value === value);
    })
  );
}

/** One line of the answer. */
interface Line {
  readonly id: string;
  readonly label: string;
  readonly points: readonly (readonly [time: number, value: number])[];
}

function getMetricData(store: MetricStore, request: MetricDataRequest): Record<string, unknown> {
  const { MetricDataQueries, range, ScanBy } = request;
  const queries = new MetricQueries(store, MetricDataQueries, range);
  const plain = MetricDataQueries.filter((query) => query.metricStat);
  const labels = defaultLabels(plain.map((query) => query.metricStat?.metric as MetricId));
  const results = MetricDataQueries.filter((query) => query.returnData).flatMap((query) => {
    const result = queries.result(query);
    const metricLabel = query.metricStat && labels[plain.indexOf(query)];
    return seriesOf(result).map((series): Line => {
      const label = isList(result)
        ? listedLabel(query.label, series.label)
        : (query.label ?? metricLabel ?? query.id);
      const points = [...series.points];
      if (ScanBy === 'TimestampDescending') points.reverse();
      return { id: query.id, label: fillLabel(label, series), points };
    });
  });
  const { page, nextToken } = datapointPage(results, request.NextToken, request.MaxDatapoints);
  return {
    MetricDataResults: page.map(({ id, label, points, complete }) => ({
      Id: id,
      Label: label,
      Timestamps: points.map(([time]) => new Date(time * 1000)),
      Values: points.map(([, value]) => value),
      StatusCode: complete ? 'Complete' : 'PartialData',
    })),
    Messages: [],
    ...(nextToken && { NextToken: nextToken }),
  };
}

/** The label of an array stands before that of each series, unless it is filled in for each. */
function listedLabel(label: string | undefined, seriesLabel: string): string {
  if (label && isDynamic(label)) return label;
  return [label, seriesLabel].filter(Boolean).join(' ');
}

/** Datapoints are paged across all results; each page tells which of them it completes. */
function datapointPage(results: readonly Line[], token: string | undefined, size: number) {
  const places = results.flatMap(({ points }, index) => points.map((point) => ({ index, point })));
  const { items, nextToken } = pageOf(places, token, size);
  const byResult = Map.groupBy(items, ({ index }) => index);
  const last = nextToken === undefined ? results.length : (items.at(-1)?.index ?? 0);
  const page = results.flatMap((result, index) => {
    const points = (byResult.get(index) ?? []).map(({ point }) => point);
    const isEmpty = result.points.length === 0;
    if (points.length === 0 && !(isEmpty && token === undefined)) return [];
    return [
      {
        ...result,
        points,
        complete: isEmpty || index < last || points.at(-1) === result.points.at(-1),
      },
    ];
  });
  return { page, nextToken };
}

function getMetricStatistics(store: MetricStore, input: unknown): Record<string, unknown> {
  const request = parseStatisticsRequest(input);
  const { Namespace, MetricName, Dimensions, Period, range } = request;
  const series = store.find({ namespace: Namespace, name: MetricName, dimensions: Dimensions });
  if (!series || (request.Unit !== undefined && request.Unit !== series.unit)) {
    return { Label: MetricName, Datapoints: [] };
  }
  const datapoints = new Map<number, Record<string, unknown>>();
  for (const stat of [...request.Statistics, ...request.ExtendedStatistics]) {
    for (const [time, value] of pointsOf(series, range, Period, stat)) {
      const point = datapoints.get(time) ?? {
        Timestamp: new Date(time * 1000),
        Unit: series.unit ?? 'None',
      };
      datapoints.set(time, point);
      if (SIMPLE_STATISTICS.includes(stat)) point[stat] = value;
      else point.ExtendedStatistics = { ...(point.ExtendedStatistics as object), [stat]: value };
    }
  }
  return { Label: MetricName, Datapoints: [...datapoints.values()] };
}
