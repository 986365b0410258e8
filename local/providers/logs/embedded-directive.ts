import type { Dimensions, MetricSeries } from '../../telemetry/metric-series.ts';
import type { LineMetrics } from './line-metrics.ts';

/** The limit of the format on the values of one metric in one line. */
const MAX_VALUES = 100;
const MAX_DIMENSIONS = 30;
/** So many combinations of a set's values are remembered. */
const COMBINATIONS_LIMIT = 1000;

export type Fields = Readonly<Record<string, unknown>>;

interface MetricDefinition {
  readonly name: string;
  readonly unit: string | undefined;
  readonly resolution: number | undefined;
}

/** One directive: which fields of a line are metrics, and which their dimensions. */
export class Directive {
  readonly #metrics: LineMetrics;
  /** Why no line's metrics can be had by it. */
  readonly #problem: string | undefined;
  readonly #namespace: string = '';
  readonly #definitions: readonly MetricDefinition[] = [];
  readonly #sets: readonly DimensionSet[] = [];

  constructor(directive: unknown, metrics: LineMetrics) {
    this.#metrics = metrics;
    this.#problem = problemOf(directive);
    if (this.#problem !== undefined) return;
    const { Namespace, Metrics, Dimensions: sets } = directive as Record<string, unknown>;
    this.#namespace = Namespace as string;
    this.#definitions = (Metrics as unknown[]).map((metric) => {
      const { Name: name, Unit: unit, StorageResolution: resolution } = (metric ?? {}) as Fields;
      return { name, unit, resolution } as MetricDefinition;
    });
    const given = Array.isArray(sets) && sets.length > 0 ? sets : [[]];
    this.#sets = given.map((set) => new DimensionSet(set));
  }

  /** Adds a line's values; returns what of them cannot be had. */
  take(fields: Fields): string | undefined {
    let problem = this.#problem;
    for (const set of this.#sets) {
      const series = set.seriesOf(fields, (dimensions) => this.#series(dimensions));
      if (!series) {
        problem = `the line lacks a dimension of ${set.text}`;
        continue;
      }
      for (let i = 0; i < series.length; i++) {
        const { name } = this.#definitions[i] as MetricDefinition;
        if (!addValues(series[i] as MetricSeries, fields[name])) {
          problem = `the line lacks a number for the metric ${name}`;
        }
      }
    }
    return problem;
  }

  #series(dimensions: Dimensions): MetricSeries[] {
    return this.#definitions.map((definition) =>
      this.#metrics.series(this.#namespace, { ...definition, dimensions }),
    );
  }
}

/** Names of fields whose values tell metrics apart, and the metrics of each combination of values. */
class DimensionSet {
  readonly #names: readonly string[] | undefined;
  readonly #combinations = new Map<string, readonly MetricSeries[]>();
  /** The set as it was written. */
  readonly text: string;

  constructor(set: unknown) {
    this.text = JSON.stringify(set);
    this.#names = Array.isArray(set) && set.length <= MAX_DIMENSIONS ? set : undefined;
  }

  /** Undefined when the line lacks one of the dimensions. */
  seriesOf(
    fields: Fields,
    make: (dimensions: Dimensions) => readonly MetricSeries[],
  ): readonly MetricSeries[] | undefined {
    if (!this.#names) return undefined;
    let key = '';
    for (const name of this.#names) {
      const value = fields[name];
      if (typeof value !== 'string' || value === '') return undefined;
      key += `\0${value}`;
    }
    let series = this.#combinations.get(key);
    if (!series) {
      series = make(this.#names.map((Name) => ({ Name, Value: fields[Name] as string })));
      if (this.#combinations.size === COMBINATIONS_LIMIT) this.#combinations.clear();
      this.#combinations.set(key, series);
    }
    return series;
  }
}

function problemOf(directive: unknown): string | undefined {
  if (!isRecord(directive)) return 'a directive is no object';
  const { Namespace: namespace, Metrics: metrics } = directive;
  if (typeof namespace !== 'string' || namespace === '') return 'a directive has no Namespace';
  if (!Array.isArray(metrics)) return 'a directive has no Metrics';
  return undefined;
}

/** Adds what a line has under the name of a metric; false when that is no value. */
function addValues(series: MetricSeries, target: unknown): boolean {
  if (typeof target === 'number') {
    series.add(target);
    return true;
  }
  if (!Array.isArray(target) || target.length > MAX_VALUES) return false;
  if (!target.every((value) => typeof value === 'number')) return false;
  for (const value of target) series.add(value);
  return true;
}

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
