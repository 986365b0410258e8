import type { SparseRow } from './logistic-regression.ts';
import { termsOf } from './tokens.ts';

/** The terms that a model knows, single words first, each with its weight by rarity. */
export interface Vocabulary {
  readonly terms: readonly string[];
  /** Of each term: ln((1 + texts) / (1 + texts with the term)) + 1. */
  readonly rarity: Float64Array;
  /** How many of `terms` are single words; pairs follow. */
  readonly words: number;
}

export interface VocabularyLimits {
  /** A term must occur in so many texts. */
  readonly minTexts: number;
  readonly maxTerms: number;
}

/** The terms that most texts have. Alphabetical order makes the result independent of the texts' order. */
export function buildVocabulary(texts: readonly string[], limits: VocabularyLimits): Vocabulary {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const term of termsOf(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  const chosen = [...counts]
    .filter(([, count]) => count >= limits.minTexts)
    .sort(([left, leftCount], [right, rightCount]) => rightCount - leftCount || order(left, right))
    .slice(0, limits.maxTerms)
    .map(([term]) => term)
    .sort((left, right) => Number(isPair(left)) - Number(isPair(right)) || order(left, right));
  return {
    terms: chosen,
    rarity: Float64Array.from(
      chosen,
      (term) => Math.log((1 + texts.length) / (1 + (counts.get(term) as number))) + 1,
    ),
    words: chosen.filter((term) => !isPair(term)).length,
  };
}

/** Turns texts into rows of length 1: a term counts by its rarity, however often it occurs. */
export function vectorizer({ terms, rarity }: Vocabulary): (text: string) => SparseRow {
  const columnOf = new Map(terms.map((term, column) => [term, column]));
  return (text) => {
    const columns = Int32Array.from(
      [...termsOf(text)].flatMap((term) => columnOf.get(term) ?? []),
    ).sort();
    const values = Float64Array.from(columns, (column) => rarity[column] as number);
    const length = Math.hypot(...values) || 1;
    return { columns, values: values.map((value) => value / length) };
  };
}

const isPair = (term: string): boolean => term.includes(' ');
const order = (left: string, right: string): number => (left < right ? -1 : 1);
