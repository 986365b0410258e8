import { describe, expect, it } from 'vitest';
import { isSameAnswer } from '../../../serving/contract/answer-check.ts';

describe('An answer is the same', () => {
  it.each([
    ['equal', [1, 2, 3], [1, 2, 3]],
    ['rounded otherwise', [1, 2, 3], [1.0001, 2.0001, 2.9999]],
    ['rounded near zero beside larger numbers', [1, 0], [1, 1e-5]],
    ['not a number in the same places', [Number.NaN, 1], [Number.NaN, 1]],
    ['infinite with the same sign', [Number.NEGATIVE_INFINITY, 1], [Number.NEGATIVE_INFINITY, 1]],
    ['zero of another sign', [0], [-0]],
    ['the same text', ['spam'], ['spam']],
    ['the same whole numbers', [1n, 2n ** 63n], [1n, 2n ** 63n]],
    ['without elements', [], []],
  ])('when it is %s', (_, expected, actual) => {
    expect(isSameAnswer(expected, actual)).toBe(true);
  });
});

describe('An answer is another one', () => {
  it.each([
    ['its elements are in another order', [0.1, 0.7, 0.2], [0.7, 0.1, 0.2]],
    ['an element is missing', [1, 2], [1]],
    ['a number is none', [1, 2], [1, Number.NaN]],
    ['an infinity has the other sign', [Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY]],
    ['it is off by a hundredth', [1, 2], [1, 2.02]],
    ['zeros became something', [0, 0], [0, 1e-9]],
    ['a text differs', ['spam'], ['ham']],
    ['a whole number of 64 bits differs by one', [2n ** 60n], [2n ** 60n + 1n]],
  ])('when %s', (_, expected, actual) => {
    expect(isSameAnswer(expected, actual)).toBe(false);
  });
});
