import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import { number, parseInput } from '../../host/operation-input.ts';
import type { Collection } from '../../host/storage.ts';
import { type MessageFilter, parseFilterPattern, parseJson } from './filter-pattern.ts';
import { selectValue } from './json-pattern.ts';
import type { LineMetrics } from './line-metrics.ts';

const input = z.object({
  logGroupName: z.string(),
  filterName: z.string().min(1).max(512),
  filterPattern: z.string().max(1024).default(''),
  metricTransformations: z
    .array(
      z.object({
        metricName: z.string().min(1),
        metricNamespace: z.string().min(1),
        metricValue: z.union([z.string().startsWith('$.'), number]),
        defaultValue: number.optional(),
        dimensions: z.record(z.string(), z.string().startsWith('$.')).default({}),
        unit: z.string().optional(),
      }),
    )
    .length(1),
});

export type MetricFilter = z.output<typeof input> & { readonly creationTime: number };
type MetricTransformation = MetricFilter['metricTransformations'][number];

/** Metrics made from log lines that match a pattern. */
export class MetricFilters {
  readonly #host: Host;
  readonly #filters: Collection<MetricFilter>;
  /** By group; filled when it is first needed. */
  readonly #ready = new Map<string, readonly ReadyFilter[]>();

  constructor(host: Host) {
    this.#host = host;
    this.#filters = host.storage('logs').collection('metric-filters');
  }

  put(given: unknown): void {
    const filter = parseInput(input, given, 'InvalidParameterException');
    parseFilterPattern(filter.filterPattern);
    const key = keyOf(filter.logGroupName, filter.filterName);
    this.#filters.set(key, { ...filter, creationTime: this.#host.clock.now() });
    this.#ready.delete(filter.logGroupName);
  }

  delete(group: string, name: string): void {
    this.#filters.delete(keyOf(group, name));
    this.#ready.delete(group);
  }

  of(group: string | undefined): MetricFilter[] {
    return this.#filters
      .values()
      .filter((filter) => group === undefined || filter.logGroupName === group);
  }

  /** What looks at each line of a group. */
  readyFor(group: string): readonly ReadyFilter[] {
    let ready = this.#ready.get(group);
    if (!ready) {
      ready = this.of(group).map((filter) => new ReadyFilter(filter));
      this.#ready.set(group, ready);
    }
    return ready;
  }
}

/** A filter with its pattern understood. */
class ReadyFilter {
  readonly #matches: MessageFilter;
  readonly #transformation: MetricTransformation;

  constructor({ filterPattern, metricTransformations }: MetricFilter) {
    this.#matches = parseFilterPattern(filterPattern);
    // The schema takes exactly one.
    this.#transformation = metricTransformations[0] as MetricTransformation;
  }

  take(message: string, metrics: LineMetrics): void {
    const transformation = this.#transformation;
    const { metricName: name, metricNamespace: namespace, unit, defaultValue } = transformation;
    if (this.#matches(message)) {
      const json = parseJson(message);
      const value = measured(transformation.metricValue, json);
      const dimensions = Object.entries(transformation.dimensions).map(([Name, selector]) => ({
        Name,
        Value: `${selectValue(json, selector)}`,
      }));
      if (value !== undefined) metrics.series(namespace, { name, dimensions, unit }).add(value);
    } else if (defaultValue !== undefined) {
      metrics.series(namespace, { name, dimensions: [], unit }).add(defaultValue);
    }
  }
}

function measured(metricValue: string | number, json: unknown): number | undefined {
  const value =
    typeof metricValue === 'number' ? metricValue : Number(selectValue(json, metricValue));
  return Number.isFinite(value) ? value : undefined;
}

function keyOf(group: string, name: string): string {
  return `${group} ${name}`;
}
