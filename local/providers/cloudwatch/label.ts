import { dimensionOf, type MetricId } from './metric-id.ts';
import type { MetricStat } from './metric-query.ts';
import type { TimeSeries } from './time-series.ts';

/** What a label may tell about its datapoints: `${LAST}`, `${AVG}` and so on. */
const VALUES: Readonly<Record<string, (values: readonly number[]) => number | undefined>> = {
  FIRST: (values) => values[0],
  LAST: (values) => values.at(-1),
  MIN: (values) => values.toSorted((a, b) => a - b)[0],
  MAX: (values) => values.toSorted((a, b) => b - a)[0],
  SUM: (values) => values.reduce((total, value) => total + value, 0),
  AVG: (values) => values.reduce((total, value) => total + value, 0) / values.length,
  DATAPOINT_COUNT: (values) => values.length,
};

/** Labels that tell metrics apart: the parts in which they differ, or their name. */
export function defaultLabels(metrics: readonly MetricId[]): string[] {
  const names = new Set(metrics.map(({ name }) => name));
  const dimensions = new Set(
    metrics.flatMap((metric) => metric.dimensions.map(({ name }) => name)),
  );
  const telling = [...dimensions].filter(
    (name) => new Set(metrics.map((metric) => dimensionOf(metric, name))).size > 1,
  );
  return metrics.map((metric) => {
    const parts = telling.flatMap((name) => dimensionOf(metric, name) ?? []);
    if (names.size > 1 || parts.length === 0) parts.push(metric.name);
    return parts.join(' ');
  });
}

export function isDynamic(label: string): boolean {
  return label.includes('${');
}

/** Fills in a label's `${PROP('Dim.Model')}`, `${LAST}` and the like; others stay as they are. */
export function fillLabel(label: string, { points, source }: TimeSeries): string {
  if (!isDynamic(label)) return label;
  return label.replaceAll(/\$\{([^}]+)\}/g, (whole, what: string) => {
    const [, property] = /^PROP\(\s*'([^']+)'\s*\)$/.exec(what.trim()) ?? [];
    if (property !== undefined) return propertyOf(source, property) ?? whole;
    const value = VALUES[what.trim()]?.([...points.values()]);
    return value === undefined || Number.isNaN(value) ? whole : `${Number(value.toPrecision(6))}`;
  });
}

function propertyOf(stat: MetricStat | undefined, property: string): string | undefined {
  if (!stat) return undefined;
  if (property.startsWith('Dim.')) return dimensionOf(stat.metric, property.slice('Dim.'.length));
  const properties: Record<string, string> = {
    MetricName: stat.metric.name,
    Namespace: stat.metric.namespace,
    Period: `${stat.period}`,
    Stat: stat.stat,
  };
  return properties[property];
}
