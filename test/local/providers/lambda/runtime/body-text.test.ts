import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodyText } from '../../../../../local/providers/lambda/runtime/body-text.ts';

describe('the text of bodies', () => {
  it('is what was sent, however it is cut and whether its length is known', () => {
    const body = new BodyText(); // one for all: each may leave nothing behind for the next
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.array(fc.nat(40), { maxLength: 5 }),
        fc.boolean(),
        (text, cuts, isLengthKnown) => {
          const bytes = Buffer.from(text);
          body.begin(isLengthKnown ? bytes.length : undefined);
          for (const piece of cut(bytes, cuts)) body.add(piece);
          expect(body.take()).toBe(text);
        },
      ),
    );
  });

  it('keeps nothing of the pieces, whose place is used again', () => {
    const body = new BodyText();
    const place = Buffer.from('first');
    body.begin(10);
    body.add(place);
    place.write('again');
    body.add(place);
    expect(body.take()).toBe('firstagain');
  });
});

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let start = 0;
  for (const size of [...sizes, bytes.length]) {
    const end = Math.min(bytes.length, start + size);
    if (end > start) pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}
