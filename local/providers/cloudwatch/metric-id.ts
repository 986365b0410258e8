export interface Dimension {
  readonly name: string;
  readonly value: string;
}

/** A metric is its namespace, its name and the exact set of its dimensions. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

/** Equal for equal metrics, whatever the order of their dimensions. */
export function metricKey({ namespace, name, dimensions }: MetricId): string {
  let key = `${namespace}\0${name}`;
  for (const dimension of inOrder(dimensions)) key += `\0${dimension.name}\0${dimension.value}`;
  return key;
}

export function dimensionOf(id: MetricId, name: string): string | undefined {
  return id.dimensions.find((dimension) => dimension.name === name)?.value;
}

function inOrder(dimensions: readonly Dimension[]): readonly Dimension[] {
  if (dimensions.length < 2) return dimensions;
  return dimensions.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
