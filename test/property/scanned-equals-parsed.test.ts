import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEnvelope, scanEnvelope } from '../../serving/codec/json-envelope.ts';
import { tensorsOf } from '../../serving/codec/json-form.ts';
import { datatypes } from '../../serving/contract/datatype.ts';
import type { Envelope } from '../../serving/protocol/request.ts';

const token = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.constantFrom('0', '1', '-0', '1.0', '1e1', '1.5', '255', '-128', '65504', '70000'),
  fc.constantFrom('true', 'false', 'null', 'NaN', 'Infinity', '-Infinity', '1e400', '1e39'),
  fc.constantFrom('1.00000000000000000001', '9007199254740993', '1e-400', '"x"', '[]', '[1]'),
);
const nested = (tokens: readonly string[], rows: number): string => {
  if (rows === 0) return `[${tokens}]`;
  const size = Math.max(1, Math.ceil(tokens.length / rows));
  const each = Array.from({ length: rows }, (_, row) => tokens.slice(row * size, (row + 1) * size));
  return `[${each.map((row) => `[${row}]`)}]`;
};

const misshapen = 'misshapen';

/** The tensors, or the words of the refusal; for what is misshapen, several words are right. */
function outcome(read: () => Envelope): unknown {
  try {
    return tensorsOf(read(), () => {
      throw new Error('no input is binary');
    }).inputs;
  } catch (error) {
    const { message } = error as Error;
    // One looks at the levels first and the other at the elements.
    return /ragged|nested|an array|asks for/.test(message)
      ? misshapen
      : message.replace(value, '$1');
  }
}

/** A refused element as a message shows it; the scanner's way shows it as it was written. */
const value = /(data\[\d+\]) \S+/;

describe('A body that the number scanner reads', () => {
  it.each(['doubles', 'singles'] as const)(
    'means as %s the same as one that JSON.parse reads, and is refused in the same words',
    (elements) => {
      const request = fc.record({
        datatype: fc.constantFrom('FP32', ...datatypes),
        tokens: fc.oneof(
          fc.array(token, { maxLength: 6 }),
          token.chain((one) => fc.constant([one, one])),
        ),
        rows: fc.nat(3),
        shape: fc.option(fc.array(fc.nat(3), { maxLength: 3 }), { nil: undefined }),
      });
      fc.assert(
        fc.property(request, ({ datatype, tokens, rows, shape }) => {
          const fields = `"name":"x","datatype":"${datatype}","shape":[${shape ?? tokens.length}]`;
          const text = Buffer.from(`{"inputs":[{${fields},"data":${nested(tokens, rows)}}]}`);
          const scanned = outcome(() => scanEnvelope(text, elements));
          const parsed = outcome(() => readEnvelope(text));
          const isMisshapen = scanned === misshapen || parsed === misshapen;
          if (isMisshapen) expect([typeof scanned, typeof parsed]).toEqual(['string', 'string']);
          else expect(scanned).toEqual(parsed);
        }),
        { numRuns: 2000 },
      );
    },
  );
});
