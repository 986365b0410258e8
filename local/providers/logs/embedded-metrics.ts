import type { MetricBatch } from './metric-batch.ts';

/** The limit of the format on the values of one metric in one line. */
const MAX_VALUES = 100;
const MAX_DIMENSIONS = 30;

/**
 * Takes the metrics out of a line in the embedded metric format. Lines without metrics cost one
 * search for a word. Returns what is wrong with a line that means to have metrics and has none.
 */
export function takeEmbeddedMetrics(message: string, batch: MetricBatch): string | undefined {
  if (!message.includes('"_aws"')) return undefined;
  let line: unknown;
  try {
    line = JSON.parse(message);
  } catch {
    return 'it is no JSON';
  }
  if (!isRecord(line) || !isRecord(line._aws)) return undefined;
  const { CloudWatchMetrics: directives } = line._aws;
  if (!Array.isArray(directives)) return '_aws.CloudWatchMetrics is no list';
  const problems = directives.map((directive) => takeDirective(line, directive, batch));
  return problems.find((problem) => problem !== undefined);
}

type Fields = Readonly<Record<string, unknown>>;

function takeDirective(line: Fields, directive: unknown, batch: MetricBatch): string | undefined {
  if (!isRecord(directive)) return 'a directive is no object';
  const { Namespace: namespace, Metrics: metrics, Dimensions: sets } = directive;
  if (typeof namespace !== 'string' || namespace === '') return 'a directive has no Namespace';
  if (!Array.isArray(metrics)) return 'a directive has no Metrics';
  let problem: string | undefined;
  for (const set of Array.isArray(sets) && sets.length > 0 ? sets : [[]]) {
    const dimensions = dimensionsOf(line, set);
    if (!dimensions) {
      problem = `the line lacks a dimension of ${JSON.stringify(set)}`;
      continue;
    }
    for (const metric of metrics) {
      const { Name: name, Unit: unit, StorageResolution: resolution } = metric ?? {};
      const values = valuesOf(line[name]);
      if (!values) {
        problem = `the line lacks a number for the metric ${name}`;
        continue;
      }
      for (const value of values)
        batch.add({ namespace, name, dimensions, unit, resolution }, value);
    }
  }
  return problem;
}

function dimensionsOf(line: Fields, set: unknown): [string, string][] | undefined {
  if (!Array.isArray(set) || set.length > MAX_DIMENSIONS) return undefined;
  const dimensions: [string, string][] = [];
  for (const name of set) {
    const value = line[name];
    if (typeof value !== 'string' || value === '') return undefined;
    dimensions.push([name, value]);
  }
  return dimensions;
}

function valuesOf(target: unknown): readonly number[] | undefined {
  if (typeof target === 'number') return [target];
  if (!Array.isArray(target) || target.length > MAX_VALUES) return undefined;
  return target.every((value) => typeof value === 'number') ? target : undefined;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
