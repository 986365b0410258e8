/*
 * Step Functions writes every service's members with a capital letter, whichever the service uses
 * itself. Keys of maps that belong to the user stay as they are.
 */

const ownKeys = new Set(['parameters', 'options', 'tags', 'variables', 'metadata', 'environment']);

/** `ArrayProperties.Size` -> `arrayProperties.size` */
export function withSmallLetters(value: unknown): unknown {
  return renamed(value, (name) => name.charAt(0).toLowerCase() + name.slice(1));
}

/** `arrayProperties.size` -> `ArrayProperties.Size`; dates become ISO 8601 texts. */
export function withCapitals(value: unknown): unknown {
  return renamed(value, (name) => name.charAt(0).toUpperCase() + name.slice(1));
}

function renamed(value: unknown, name: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, name));
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      name(key),
      isOwnMap(key, member) ? member : renamed(member, name),
    ]),
  );
}

function isOwnMap(key: string, value: unknown): boolean {
  return ownKeys.has(key.toLowerCase()) && !Array.isArray(value);
}
