import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type LineStep,
  printLines,
} from '../../../../serving/codec/number-scanner/line-printer.ts';

const literal = (text: string): LineStep => ({ kind: 'literal', text });
const print = (steps: readonly LineStep[], rows: number) => printLines(steps, rows).toString();

describe('Lines', () => {
  it('have the rows of every step in their order', () => {
    const values = Float32Array.of(0.1, -0, Number.NaN, 1e30);
    const lines = print(
      [
        literal('{"é":'),
        { kind: 'texts', texts: ['"ü"', ''] },
        literal(',"a longer literal":['),
        { kind: 'floats', values, size: 2, offset: 0, count: 2 },
        literal(']}\n'),
      ],
      2,
    );
    expect(lines).toBe(
      '{"é":"ü","a longer literal":[0.1,-0.0]}\n{"é":,"a longer literal":[null,1e+30]}\n',
    );
  });

  it('may show a part of each row, and the same values more than once', () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    const floats = { kind: 'floats', values, size: 3 } as const;
    const steps: LineStep[] = [
      { ...floats, offset: 2, count: 1 },
      literal(' '),
      { ...floats, offset: 0, count: 2 },
      literal('\n'),
    ];
    expect(print(steps, 2)).toBe('3 1,2\n6 4,5\n');
  });

  it('spell whole numbers as JavaScript does', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const safe = fc.array(fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constant(-most)));
    const long = fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
    const printed = (values: Float64Array | BigInt64Array) =>
      print([{ kind: 'wholes', values }, literal('\n')], values.length);
    const expected = (values: readonly unknown[]) => values.map((value) => `${value}\n`).join('');
    fc.assert(
      fc.property(safe, long, (numbers, longs) => {
        expect(printed(Float64Array.from(numbers))).toBe(expected(numbers));
        expect(printed(BigInt64Array.from(longs))).toBe(expected(longs));
      }),
    );
    expect(printed(BigInt64Array.of(-(2n ** 63n)))).toBe('-9223372036854775808\n');
  });

  it('hold any text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.string(), (texts, between) => {
        const lines = print([{ kind: 'texts', texts }, literal(between)], texts.length);
        expect(lines).toBe(texts.map((text) => text + between).join(''));
      }),
    );
  });
});
