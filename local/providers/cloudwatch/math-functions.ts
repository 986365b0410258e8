import { type Filler, fillPoints } from './fill.ts';
import {
  isList,
  isSeries,
  Keyword,
  mathError,
  type Scope,
  scalarOf,
  seriesOf,
  type Value,
} from './math-value.ts';
import { mapPoints, type Points, stepPoints, type TimeSeries, timesOf } from './time-series.ts';

/** A function of metric math. */
export interface MathFunction {
  readonly arity: readonly [least: number, most: number];
  apply(args: readonly Value[], scope: Scope): Value;
}

type Aggregation = (values: readonly number[]) => number;

const sum: Aggregation = (values) => values.reduce((total, value) => total + value, 0);
const average: Aggregation = (values) => sum(values) / values.length;
const AGGREGATIONS: Readonly<Record<string, Aggregation>> = {
  SUM: sum,
  AVG: average,
  MIN: (values) =>
    values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  MAX: (values) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  STDDEV: (values) => {
    const mean = average(values);
    return Math.sqrt(average(values.map((value) => (value - mean) ** 2)));
  },
  DATAPOINT_COUNT: (values) => values.length,
};

/** Those for which a series without a datapoint counts as 0 when several are put together. */
const COUNTS_MISSING = new Set(['SUM', 'AVG', 'STDDEV']);

const CALENDAR: Readonly<Record<string, (date: Date) => number>> = {
  MINUTE: (date) => date.getUTCMinutes(),
  HOUR: (date) => date.getUTCHours(),
  DAY: (date) => date.getUTCDay() || 7,
  DATE: (date) => date.getUTCDate(),
  MONTH: (date) => date.getUTCMonth() + 1,
  YEAR: (date) => date.getUTCFullYear(),
  EPOCH: (date) => date.getTime() / 1000,
};

/** Every function there is. ANOMALY_DETECTION_BAND and other models of AWS's are not. */
export const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  ...Object.fromEntries(Object.entries(AGGREGATIONS).map(([name, fn]) => [name, fold(name, fn)])),
  ...Object.fromEntries(Object.entries(CALENDAR).map(([name, part]) => [name, calendar(part)])),
  ABS: perValue(Math.abs),
  CEIL: perValue(Math.ceil),
  FLOOR: perValue(Math.floor),
  LOG: perValue(Math.log),
  LOG10: perValue(Math.log10),
  DIFF: perSeries((points) => stepPoints(points, (difference) => difference)),
  DIFF_TIME: perSeries((points) => stepPoints(points, (_difference, seconds) => seconds)),
  RATE: perSeries((points) => stepPoints(points, (difference, seconds) => difference / seconds)),
  RUNNING_SUM: perSeries((points) => {
    let total = 0;
    return mapPoints(points, (value) => (total += value));
  }),
  FILL: {
    arity: [2, 2],
    apply: ([value, filler], scope) => fill(value as Value, filler as Value, scope),
  },
  IF: { arity: [2, 3], apply: ([test, yes, no]) => choose(test as Value, yes as Value, no) },
  METRICS: {
    arity: [0, 1],
    apply: ([part = ''], { metrics }) =>
      metrics().flatMap(({ id, series }) => (id.includes(textOf(part)) ? [series] : [])),
  },
  METRIC_COUNT: { arity: [1, 1], apply: ([list]) => seriesOf(list as Value).length },
  PERIOD: { arity: [1, 1], apply: ([series]) => oneOf(series as Value).period },
  TIME_SERIES: {
    arity: [1, 1],
    apply: ([value], scope) => constant(scalarOf(value as Value), scope),
  },
  FIRST: { arity: [1, 1], apply: ([list]) => seriesOf(list as Value)[0] ?? [] },
  LAST: { arity: [1, 1], apply: ([list]) => seriesOf(list as Value).at(-1) ?? [] },
  SLICE: {
    arity: [2, 3],
    apply: ([list, from, to]) =>
      seriesOf(list as Value).slice(scalarOf(from as Value), to === undefined ? to : scalarOf(to)),
  },
  REMOVE_EMPTY: {
    arity: [1, 1],
    apply: ([list]) => seriesOf(list as Value).filter(({ points }) => points.size > 0),
  },
  SORT: { arity: [3, 4], apply: sortSeries },
  SEARCH: {
    arity: [2, 3],
    apply: ([query, statistic, period], scope) =>
      scope.search(
        textOf(query as Value),
        textOf(statistic as Value),
        period === undefined ? undefined : scalarOf(period),
      ),
  },
};

function perSeries(change: (points: Points) => Points): MathFunction {
  const one = (series: TimeSeries) => ({ ...series, points: change(series.points) });
  return {
    arity: [1, 1],
    apply: ([value]) =>
      isList(value as Value) ? seriesOf(value as Value).map(one) : one(oneOf(value as Value)),
  };
}

function perValue(change: (value: number) => number): MathFunction {
  return perSeries((points) => mapPoints(points, change));
}

function calendar(part: (date: Date) => number): MathFunction {
  return {
    arity: [1, 1],
    apply: ([value], scope) => {
      const series = oneOf(value as Value);
      const times = scope.grid(series.period);
      return {
        ...series,
        points: new Map(times.map((time) => [time, part(new Date(time * 1000))])),
      };
    },
  };
}

/** SUM and its like: a series becomes a scalar, an array of series becomes one series. */
function fold(name: string, aggregate: Aggregation): MathFunction {
  return {
    arity: [1, 1],
    apply: ([value]) => {
      if (typeof value === 'number') return aggregate([value]);
      if (!isList(value as Value)) return aggregate([...oneOf(value as Value).points.values()]);
      const list = seriesOf(value as Value);
      const points = new Map<number, number>();
      for (const time of timesOf(list.map((series) => series.points))) {
        const values = list.flatMap((series) => {
          const at = series.points.get(time) ?? (COUNTS_MISSING.has(name) ? 0 : undefined);
          return at === undefined ? [] : [at];
        });
        points.set(time, aggregate(values));
      }
      return { label: name, period: list[0]?.period ?? 60, points };
    },
  };
}

function fill(value: Value, filler: Value, scope: Scope): Value {
  const fillers: Filler = fillerOf(filler);
  const one = (series: TimeSeries): TimeSeries => ({
    ...series,
    points: fillPoints(series.points, scope.grid(series.period), fillers),
  });
  return isList(value) ? value.map(one) : one(oneOf(value));
}

function fillerOf(value: Value): Filler {
  if (typeof value === 'number') return value;
  if (isSeries(value)) return value.points;
  if (value instanceof Keyword && (value.name === 'REPEAT' || value.name === 'LINEAR')) {
    return value.name;
  }
  throw mathError('FILL takes a number, a time series, REPEAT or LINEAR as its second argument');
}

/**
 * IF. Where the condition has no datapoint there is no result; a missing value of the true branch
 * is 0; one of the false branch, or no false branch at all, drops the datapoint.
 */
function choose(test: Value, yes: Value, no: Value | undefined): Value {
  if (typeof test === 'number') {
    const chosen = test !== 0 ? yes : no;
    return chosen ?? { ...oneOf(yes), points: new Map() };
  }
  const condition = oneOf(test);
  const points = mapPoints(condition.points, (value, time) => {
    if (value !== 0) return typeof yes === 'number' ? yes : (oneOf(yes).points.get(time) ?? 0);
    if (no === undefined || typeof no === 'number') return no;
    return oneOf(no).points.get(time);
  });
  return { ...condition, points };
}

function constant(value: number, scope: Scope): TimeSeries {
  const points = new Map(scope.grid(scope.period).map((time) => [time, value]));
  return { label: `${value}`, period: scope.period, points };
}

function sortSeries([list, by, order, limit]: readonly Value[]): Value {
  const aggregate = by instanceof Keyword ? AGGREGATIONS[by.name] : undefined;
  const direction = order instanceof Keyword ? { ASC: 1, DESC: -1 }[order.name] : undefined;
  if (!aggregate || !direction) {
    throw mathError('SORT takes an array, one of AVG, MIN, MAX and SUM, and ASC or DESC');
  }
  const rank = (series: TimeSeries) => aggregate([...series.points.values()]);
  return seriesOf(list as Value)
    .filter(({ points }) => points.size > 0)
    .toSorted((a, b) => direction * (rank(a) - rank(b)))
    .slice(0, limit === undefined ? undefined : scalarOf(limit));
}

function oneOf(value: Value): TimeSeries {
  const [first, ...others] = seriesOf(value);
  if (!first || others.length > 0) {
    throw mathError(
      `an array of ${others.length + (first ? 1 : 0)} series stands where one is needed`,
    );
  }
  return first;
}

function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  throw mathError('a text in quotes is needed');
}
