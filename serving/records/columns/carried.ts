import { SiskinError } from '../../error/siskin-error.ts';
import { NumberToken } from '../../protocol/number-token.ts';
import { quote } from '../../protocol/quote.ts';
import type { CarriedValue } from '../records.ts';

/** A value as it is carried along. Arrays and objects are no keys and no labels. */
export function carriedValue(column: string, value: unknown): CarriedValue {
  switch (typeof value) {
    case 'string':
    case 'bigint':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      break;
    default:
      if (value === null) return null;
  }
  const text = value instanceof NumberToken || typeof value === 'number' ? 'cannot be carried' : '';
  throw new SiskinError(
    'bad_request',
    `column ${quote(column)}: ${quote(value)} ${text || 'is not a single value, as a carried column needs'}`,
  );
}
