import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import { number, parseInput } from '../../host/operation-input.ts';
import type { Collection } from '../../host/storage.ts';
import { type MessageFilter, parseFilterPattern, parseJson } from './filter-pattern.ts';
import { selectValue } from './json-pattern.ts';
import type { MetricBatch } from './metric-batch.ts';

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

/** Metrics made from log lines that match a pattern. */
export class MetricFilters {
  readonly #host: Host;
  readonly #filters: Collection<MetricFilter>;
  /** By group, with the pattern understood; filled when it is first needed. */
  readonly #ready = new Map<string, { filter: MetricFilter; matches: MessageFilter }[]>();

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

  take(group: string, message: string, batch: MetricBatch): void {
    for (const { filter, matches } of this.#readyFor(group)) {
      const [transformation] = filter.metricTransformations;
      if (!transformation) continue;
      const { metricName: name, metricNamespace: namespace, unit, defaultValue } = transformation;
      if (matches(message)) {
        const json = parseJson(message);
        const value = measured(transformation.metricValue, json);
        const dimensions = Object.entries(transformation.dimensions).map(
          ([dimension, selector]) => [dimension, `${selectValue(json, selector)}`] as const,
        );
        if (value !== undefined) batch.add({ namespace, name, dimensions, unit }, value);
      } else if (defaultValue !== undefined) {
        batch.add({ namespace, name, dimensions: [], unit }, defaultValue);
      }
    }
  }

  #readyFor(group: string): { filter: MetricFilter; matches: MessageFilter }[] {
    let ready = this.#ready.get(group);
    if (!ready) {
      ready = this.of(group).map((filter) => ({
        filter,
        matches: parseFilterPattern(filter.filterPattern),
      }));
      this.#ready.set(group, ready);
    }
    return ready;
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
