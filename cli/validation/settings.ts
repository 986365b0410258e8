import type { Model } from '../../lib/model-repository/model.ts';

/** One value of a model's effective configuration. */
export interface Setting {
  readonly field: string;
  readonly value: unknown;
  /** `default`, `model.yaml:3`, or what it was derived from. */
  readonly origin: string;
}

/** A model's effective configuration, field by field, in the order of the documentation. */
export function settingsOf({ live, versions, config, origins }: Model): Setting[] {
  const values: Readonly<Record<string, unknown>> = {
    live,
    versions: versions.map(({ version }) => version),
    ...Object.fromEntries(Object.entries(config).flatMap(valuesOf)),
  };
  return Object.entries(origins)
    .filter(([field]) => Object.hasOwn(values, field))
    .map(([field, origin]) => ({ field, value: values[field], origin }));
}

export function settingsText(settings: readonly Setting[]): string {
  const rows = settings.map(({ field, value, origin }) => [field, textOf(value), origin] as const);
  const [first, second] = [0, 1].map((column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  ) as [number, number];
  const lines = rows.map(
    ([field, value, origin]) => `${field.padEnd(first)}  ${value.padEnd(second)}  ${origin}\n`,
  );
  return lines.join('');
}

/** A block of fields is shown field by field: `rollout.percent`. */
function valuesOf([field, value]: [string, unknown]): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[field, value]];
  return Object.entries(value).map(([key, inner]) => [`${field}.${key}`, inner]);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
