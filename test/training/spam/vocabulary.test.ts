import { describe, expect, it } from 'vitest';
import { termsOf, tokensOf } from '../../../training/spam/tokens.ts';
import { buildVocabulary, vectorizer } from '../../../training/spam/vocabulary.ts';

describe('tokensOf', () => {
  it('splits into words, dollar and percent signs and runs of exclamation marks', () => {
    expect(tokensOf("WIN $1,000!!! It's 100% free")).toEqual([
      ...['win', '$', '!!!', 'it', 's', '%', 'free'],
    ]);
  });

  it('makes small only what ASCII calls a capital, like the served graph', () => {
    // U+212A, the Kelvin sign, is a small k to JavaScript.
    expect(tokensOf('\u212A ÄRGER')).toEqual(['rger']);
  });
});

describe('termsOf', () => {
  it('holds words and pairs of neighbours, each once', () => {
    expect([...termsOf('click here, click here')]).toEqual([
      ...['click', 'here', 'click here', 'here click'],
    ]);
  });
});

describe('buildVocabulary', () => {
  const texts = ['free money now', 'free money', 'lunch now'];

  it('keeps terms of enough texts, words before pairs, and weighs them by rarity', () => {
    const vocabulary = buildVocabulary(texts, { minTexts: 2, maxTerms: 10 });
    expect(vocabulary.terms).toEqual(['free', 'money', 'now', 'free money']);
    expect(vocabulary.words).toBe(3);
    expect([...vocabulary.rarity]).toEqual(Array(4).fill(Math.log(4 / 3) + 1));
  });

  it('keeps the commonest terms when there are too many', () => {
    const { terms } = buildVocabulary([...texts, 'now'], { minTexts: 1, maxTerms: 1 });
    expect(terms).toEqual(['now']);
  });
});

describe('vectorizer', () => {
  const vectorize = vectorizer({
    terms: ['a', 'b', 'a b'],
    rarity: Float64Array.of(3, 5, 4),
    words: 2,
  });

  it('makes rows of length 1 in which repetition does not count', () => {
    expect(vectorize('b a a')).toEqual({
      columns: Int32Array.of(0, 1),
      values: Float64Array.of(3 / Math.hypot(3, 5), 5 / Math.hypot(3, 5)),
    });
  });

  it('makes an empty row of a text without known terms', () => {
    expect(vectorize('ü 42')).toEqual({ columns: Int32Array.of(), values: Float64Array.of() });
  });
});
