import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printFloatRows } from '../../../../serving/codec/number-scanner/float-printer.ts';

const print = (...values: number[]) => printFloatRows(Float32Array.from(values), 1);

const digitsOf = (text: string) =>
  text
    .replace(/e.*/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '').length;

/** The fewest digits with which the float can be told from its neighbours. */
function shortest(value: number): string {
  for (let digits = 1; digits < 9; digits += 1) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toPrecision(9);
}

describe('printed floats', () => {
  it('look as JavaScript writes numbers', () => {
    expect(print(0.1, 1, -100, 16777216, 1e20, 1e21, 1e-6, 1e-7, -123.456, 1.4e-45)).toEqual([
      ...['0.1', '1', '-100', '16777216', '100000000000000000000', '1e+21', '0.000001', '1e-7'],
      ...['-123.456', '1e-45'],
    ]);
  });

  it('spell what JSON has no words for as the protocol does', () => {
    const { NaN: none, POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number;
    expect(print(none, POSITIVE_INFINITY, NEGATIVE_INFINITY, 0, -0)).toEqual([
      ...['null', '"Infinity"', '"-Infinity"', '0', '-0.0'],
    ]);
  });

  it('read back as the same floats, and no shorter decimal does', () => {
    const bits = fc.oneof(
      fc.nat({ max: 0xffffffff }),
      fc.integer({ min: 0, max: 255 }).map((exponent) => exponent * 2 ** 23),
    );
    fc.assert(
      fc.property(bits, (word) => {
        const value = new Float32Array(Uint32Array.of(word).buffer)[0] as number;
        fc.pre(Number.isFinite(value) && value !== 0);
        const [text] = print(value) as [string];
        expect(Math.fround(Number(text))).toBe(value);
        expect(text).toBe(String(Number(text)));
        expect(digitsOf(text)).toBeLessThanOrEqual(digitsOf(shortest(value)));
      }),
      { numRuns: 2000 },
    );
  });

  it('stand in rows with commas between them', () => {
    expect(printFloatRows(Float32Array.of(1, 2, 3, 4), 2)).toEqual(['1,2', '3,4']);
    expect(printFloatRows(new Float32Array(0), 2)).toEqual([]);
  });
});
