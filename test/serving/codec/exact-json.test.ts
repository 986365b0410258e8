import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactNumber, parseExactJson } from '../../../serving/codec/exact-json.ts';
import { SiskinError } from '../../../serving/error/siskin-error.ts';
import { NumberToken } from '../../../serving/protocol/number-token.ts';

/** The value with every exact number as the double that JSON.parse makes of it. */
function asDoubles(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof NumberToken) return Number(value.text);
  if (Array.isArray(value)) return value.map(asDoubles);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asDoubles(each)]));
}

/** What a parser makes of a text: its value, or that it refuses. */
function outcome(parse: () => unknown): unknown {
  try {
    return { value: parse() };
  } catch {
    return 'refused';
  }
}

const digits = fc.stringMatching(/^-?\d{0,25}\.?\d{0,25}([eE][+-]?\d{1,4})?$/);
const pieces = fc.array(
  fc.oneof(
    digits,
    fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', 'true', 'null', ' ', '\n', '\u0001'),
    fc.json({ maxDepth: 2 }),
  ),
  { maxLength: 8 },
);

describe('The exact JSON parser', () => {
  it('takes and gives what JSON.parse does, for JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(asDoubles(parseExactJson(text))).toEqual(asDoubles(JSON.parse(text)));
      }),
      { numRuns: 500 },
    );
  });

  it('takes and gives what JSON.parse does, for what is almost JSON', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('');
        const exact = outcome(() => asDoubles(parseExactJson(text)));
        expect(exact).toEqual(outcome(() => asDoubles(JSON.parse(text))));
      }),
      { numRuns: 5000 },
    );
  });

  it('keeps every integer of up to twenty digits', () => {
    const limit = 10n ** 20n - 1n;
    fc.assert(
      fc.property(fc.bigInt({ min: -limit, max: limit }), (integer) => {
        expect(BigInt(exactNumber(String(integer)) as bigint)).toBe(integer);
      }),
    );
  });

  it('does not take a fraction for the integer that a double would round it to', () => {
    for (const text of [
      '1.00000000000000000001',
      '4503599627370497.5',
      '1e-400',
      '-1e-999999999',
    ]) {
      expect(exactNumber(text)).toEqual(new NumberToken(text));
    }
    expect(exactNumber('1e400')).toEqual(new NumberToken('1e400'));
    expect(exactNumber('9007199254740993.000')).toBe(9007199254740993n);
    expect(exactNumber('-0.0')).toBe(-0);
  });

  it('reads the numbers that JSON lacks as tokens', () => {
    expect(parseExactJson('[NaN, Infinity,-Infinity]')).toEqual([
      new NumberToken('NaN'),
      new NumberToken('Infinity'),
      new NumberToken('-Infinity'),
    ]);
    for (const text of ['-NaN', '+Infinity', 'Infinit', 'nan']) {
      expect(() => parseExactJson(text)).toThrow(SiskinError);
    }
  });

  it('keeps a key named like the prototype to itself, and the last of duplicate keys', () => {
    const value = parseExactJson('{"__proto__":{"id":1},"a":1,"a":2}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect(value.a).toBe(2);
  });

  it('takes time in proportion to the text, whatever the text', () => {
    const long = 300_000;
    const zeros = `1${'0'.repeat(long)}1`;
    expect(parseExactJson(zeros)).toEqual(new NumberToken(zeros));
    expect(() => parseExactJson(`"${'\\'.repeat(long)}`)).toThrow('ends too early');
    expect(() => parseExactJson('['.repeat(long))).toThrow('nested deeper');
    expect(parseExactJson(`"${'a'.repeat(long)}"`)).toHaveLength(long);
  });
});
