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
  const { rollout, alarms, ...plain } = config;
  const values: Readonly<Record<string, unknown>> = {
    live,
    versions: versions.map(({ version }) => version),
    ...plain,
    ...withPrefix('rollout', rollout),
    ...withPrefix('alarms', alarms),
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

function withPrefix(prefix: string, fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [`${prefix}.${key}`, value]),
  );
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}
