/** As many values go into one datum of PutMetricData, and as many data into one call. */
const VALUES_PER_DATUM = 150;
const DATA_PER_CALL = 1000;

export interface BatchedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly (readonly [name: string, value: string])[];
  readonly unit?: string | undefined;
  readonly resolution?: number | undefined;
}

interface Gathered extends BatchedMetric {
  readonly values: Map<number, number>;
}

/** Values of many log lines, put together so that thousands of lines become a handful of data. */
export class MetricBatch {
  readonly #metrics = new Map<string, Gathered>();

  add(metric: BatchedMetric, value: number): void {
    let key = `${metric.namespace}\0${metric.name}\0${metric.resolution ?? 60}`;
    for (const [name, text] of metric.dimensions) key += `\0${name}\0${text}`;
    let gathered = this.#metrics.get(key);
    if (!gathered) {
      gathered = { ...metric, values: new Map() };
      this.#metrics.set(key, gathered);
    }
    gathered.values.set(value, (gathered.values.get(value) ?? 0) + 1);
  }

  /** Inputs of PutMetricData. */
  calls(): { Namespace: string; MetricData: Record<string, unknown>[] }[] {
    const byNamespace = Map.groupBy(this.#metrics.values(), ({ namespace }) => namespace);
    return [...byNamespace].flatMap(([Namespace, metrics]) =>
      chunksOf(metrics.flatMap(dataOf), DATA_PER_CALL).map((MetricData) => ({
        Namespace,
        MetricData,
      })),
    );
  }
}

function dataOf(metric: Gathered): Record<string, unknown>[] {
  return chunksOf([...metric.values], VALUES_PER_DATUM).map((values) => ({
    MetricName: metric.name,
    Dimensions: metric.dimensions.map(([Name, Value]) => ({ Name, Value })),
    Values: values.map(([value]) => value),
    Counts: values.map(([, count]) => count),
    ...(metric.unit && { Unit: metric.unit }),
    ...(metric.resolution && { StorageResolution: metric.resolution }),
  }));
}

function chunksOf<T>(list: readonly T[], size: number): T[][] {
  const count = Math.ceil(list.length / size);
  return Array.from({ length: count }, (_, index) => list.slice(index * size, (index + 1) * size));
}
