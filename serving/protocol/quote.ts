import { NumberToken } from './number-token.ts';

const longest = 80;

/** A value from a request as an error message shows it: as JSON, on one line, cut when long. */
export function quote(value: unknown): string {
  if (typeof value === 'bigint') return cut(String(value));
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return cut(JSON.stringify(value.slice(0, longest + 1)));
  if (Array.isArray(value)) return 'an array';
  if (value === null) return 'null';
  if (value instanceof NumberToken) return cut(value.text);
  return typeof value === 'object' ? 'an object' : String(value);
}

/** At most `most` names, each quoted; the rest is counted. */
export function quoteNames(names: readonly string[], most = 10): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, most).map(quote).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}
