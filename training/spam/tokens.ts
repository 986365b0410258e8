/**
 * What counts as a word, in RE2's and JavaScript's common syntax: runs of letters, and the three
 * signs that spam likes. Runs of exclamation marks stay together, since "!!!" says more than "!".
 */
export const tokenPattern = '[a-z]+|\\$|!+|%';

const pattern = new RegExp(tokenPattern, 'g');

/** Splits as the served graph does: only A to Z become small letters, whatever the locale. */
export function tokensOf(text: string): string[] {
  const lower = text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return lower.match(pattern) ?? [];
}

/** Words and pairs of neighbours, each once. */
export function termsOf(text: string): Set<string> {
  const tokens = tokensOf(text);
  const pairs = tokens.slice(1).map((token, index) => `${tokens[index]} ${token}`);
  return new Set([...tokens, ...pairs]);
}
