import { describe, expect, it } from 'vitest';
import { withoutNearCopies } from '../../../training/spam/near-copies.ts';

const distinct = (...texts: string[]) => withoutNearCopies(texts, (text) => text);
const offer =
  'Our toner cartridges cost less than anywhere else and we ship the same day to every state of the union without any charge for orders above forty dollars';

describe('withoutNearCopies', () => {
  it('keeps the first of equal texts', () => {
    expect(distinct(offer, offer, 'something else')).toEqual([offer, 'something else']);
  });

  it('recognizes a copy with another greeting, other numbers and other capitals', () => {
    expect(distinct(offer, `Dear Bob, ${offer.toUpperCase()} 8412371`)).toEqual([offer]);
  });

  it('keeps texts that share some words but few phrases', () => {
    const other =
      'The union of states met the same day to talk about the charge for every cartridge, and forty members ordered it without any dollars';
    expect(distinct(offer, other)).toEqual([offer, other]);
  });

  it('keeps short texts apart and takes texts without words as one', () => {
    expect(distinct('click here', 'lunch today?', '123', '!!!')).toEqual([
      'click here',
      'lunch today?',
      '123',
    ]);
  });
});
