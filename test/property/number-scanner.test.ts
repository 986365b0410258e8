import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NumberArray } from '../../serving/codec/number-scanner/number-array.ts';
import { NumberScanner } from '../../serving/codec/number-scanner/number-scanner.ts';

const scanner = new NumberScanner();
const decoder = new TextDecoder('utf-8', { fatal: true });

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 24 });

/** Numbers by JSON's grammar, of every length and size; and some that only look like numbers. */
const numberText = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }).map(String),
  fc.float({ noDefaultInfinity: true, noNaN: true }).map(String),
  fc.maxSafeInteger().map(String),
  fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.oneof(fc.constant('0'), digits),
      fc.option(digits, { nil: '' }),
      fc.constantFrom('', '', 'e', 'E+', 'e-'),
      fc.nat(400),
    )
    .map(([sign, whole, fraction, e, exponent]) =>
      [sign, whole, fraction && `.${fraction}`, e && `${e}${exponent}`].join(''),
    ),
);

const dataText = fc.letrec((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    { weight: 6, arbitrary: numberText },
    { weight: 1, arbitrary: fc.constantFrom('true', 'false', 'null', '"a"', '{}') },
    { weight: 4, arbitrary: fc.array(tie('data'), { maxLength: 5 }).map((a) => `[${a}]`) },
  ),
})).data as fc.Arbitrary<string>;

const requestText = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom('data', 'd\\u0061ta', 'name'), dataText), { maxLength: 3 }),
    fc.json(),
    fc.constantFrom('inputs', '\\u0069nputs', 'id'),
    fc.constantFrom('', ' ', '\n\t'),
  )
  .map(([members, other, key, blank]) => {
    const input = members.map(([name, text]) => `"${name}":${blank}${text}`).join(`,${blank}`);
    return `{"a":${other},${blank}"${key}":[{${input}}${blank}]${blank}}`;
  });

/** A text with a few bytes overwritten, inserted or lost. */
const damaged = fc
  .tuple(
    fc.oneof(requestText, fc.json()),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(2),
        fc.oneof(
          fc.nat(255),
          fc.constantFrom(...'[]{},":0.e-').map((c) => c.charCodeAt(0)),
        ),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([text, edits]) => {
    const bytes = [...Buffer.from(text)];
    for (const [place, removed, added] of edits)
      bytes.splice(place % (bytes.length + 1), removed, added);
    return Buffer.from(bytes);
  });

it('Exactly what JSON.parse accepts is accepted, and every number is the same to the bit', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        requestText.map((text) => Buffer.from(text)),
        damaged,
      ),
      (body) => {
        const scanned = scanner.scan(body);
        const expected = parse(body);
        expect(scanned.ok).toBe(expected !== undefined);
        if (scanned.ok && expected)
          expect(withArrays(scanned.value, expected.value)).toEqual(expected.value);
      },
    ),
    { numRuns: 2000 },
  );
});

/** Near the middle between two singles, where a double decides which of them it is. */
const nearHalfway = fc
  .tuple(
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -3, max: 3 }),
    fc.nat(22),
  )
  .map(([single, places, digits]) => {
    const bits = new BigUint64Array(new Float64Array([single]).buffer);
    bits[0] = ((bits[0] as bigint) | 0x10000000n) + BigInt(places);
    const [double] = new Float64Array(bits.buffer);
    return Math.abs(double as number) < 1e15 && (double as number) !== 0
      ? (double as number).toFixed(digits)
      : String(double);
  });

it('Singles are the doubles of JSON.parse, narrowed, to the bit', () => {
  const texts = fc.array(
    fc.oneof(numberText, nearHalfway, fc.constantFrom('0', '-0', '0.0', '1e39')),
    {
      minLength: 1,
      maxLength: 30,
    },
  );
  fc.assert(
    fc.property(texts, fc.constantFrom('', ' ', '\n'), (elements, blank) => {
      const data = `[${elements.join(`${blank},${blank}`)}]`;
      const body = Buffer.from(`{"inputs":[{"data":${data}}]}`);
      const expected = parse(Buffer.from(data));
      const scanned = scanner.scan(body, 'singles');
      expect(scanned.ok).toBe(expected !== undefined);
      if (!scanned.ok || !expected) return;
      const doubles = expected.value as number[];
      const singles = Float32Array.from(doubles);
      expect(scanned.arrays[0]?.copy()).toEqual(singles);
      expect(scanned.arrays[0]?.overflow).toBe(singles.some((single) => !Number.isFinite(single)));
    }),
    { numRuns: 5000 },
  );
});

function parse(body: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(decoder.decode(body)) };
  } catch {
    return undefined;
  }
}

/** The scanned value with its number arrays nested again the way the expected ones are. */
function withArrays(scanned: unknown, expected: unknown): unknown {
  if (scanned instanceof NumberArray) {
    const values = scanned.values.values();
    const tokens = scanned.tokens();
    return nest(expected, () => {
      const token = tokens.next().value as string;
      const value = values.next().value;
      return /[a-z]{4}/.test(token) ? JSON.parse(token) : value;
    });
  }
  if (Array.isArray(scanned) && Array.isArray(expected)) {
    return scanned.map((element, index) => withArrays(element, expected[index]));
  }
  if (typeof scanned !== 'object' || scanned === null) return scanned;
  const entries = Object.entries(scanned).map(([key, member]) => [
    key,
    withArrays(member, (expected as Record<string, unknown>)[key]),
  ]);
  return Object.fromEntries(entries);
}

function nest(like: unknown, next: () => unknown): unknown {
  return Array.isArray(like) ? like.map((element) => nest(element, next)) : next();
}
