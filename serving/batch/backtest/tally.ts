import { addValue, type Moments, mergeMoments, noMoments } from '../../statistics/moments.ts';
import type { PairedCounts } from '../../statistics/paired-shares.ts';

/** Counts of rows that both versions answered, and that have a label. */
export interface ClassCounts extends PairedCounts {
  /** Both gave the same class, right or wrong. */
  readonly agreed: number;
}

/** Errors of both versions, and how they differ row by row. */
export interface ErrorMoments {
  readonly champion: { readonly absolute: Moments; readonly squared: Moments };
  readonly challenger: { readonly absolute: Moments; readonly squared: Moments };
  /** The challenger's less the champion's. */
  readonly difference: { readonly absolute: Moments; readonly squared: Moments };
}

/** What a part of a backtest holds. Tallies add up; their sum in the order of the parts is exact. */
export interface Tally {
  /** Rows that were given to both versions. */
  readonly rows: number;
  /** Of those, the rows that a version refused. */
  readonly refused: { readonly champion: number; readonly challenger: number };
  /** Answered rows without a label that can be compared. */
  readonly unlabelled: number;
  /** Champion's class, then challenger's class, to the count of rows. */
  readonly confusion: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly groups: readonly Group[];
}

/** All rows, or those with a value in a column. */
export interface Group {
  readonly slice?: { readonly column: string; readonly value: string };
  readonly classes?: ClassCounts;
  readonly errors?: ErrorMoments;
}

export const noClasses: ClassCounts = {
  bothRight: 0,
  onlyFirst: 0,
  onlySecond: 0,
  bothWrong: 0,
  agreed: 0,
};

const noPair = { absolute: noMoments, squared: noMoments };
export const noErrors: ErrorMoments = { champion: noPair, challenger: noPair, difference: noPair };

export const noTally: Tally = {
  rows: 0,
  refused: { champion: 0, challenger: 0 },
  unlabelled: 0,
  confusion: {},
  groups: [],
};

export function addClasses(
  counts: ClassCounts,
  label: string,
  champion: string,
  challenger: string,
): ClassCounts {
  const cell = cellOf(champion === label, challenger === label);
  const agreed = counts.agreed + Number(champion === challenger);
  return { ...counts, [cell]: counts[cell] + 1, agreed };
}

function cellOf(first: boolean, second: boolean): keyof PairedCounts {
  if (first) return second ? 'bothRight' : 'onlyFirst';
  return second ? 'onlySecond' : 'bothWrong';
}

export function addErrors(
  moments: ErrorMoments,
  label: number,
  champion: number,
  challenger: number,
): ErrorMoments {
  const first = Math.abs(champion - label);
  const second = Math.abs(challenger - label);
  return {
    champion: addPair(moments.champion, first, first ** 2),
    challenger: addPair(moments.challenger, second, second ** 2),
    difference: addPair(moments.difference, second - first, second ** 2 - first ** 2),
  };
}

type Pair = ErrorMoments['difference'];

function addPair({ absolute, squared }: Pair, one: number, two: number): Pair {
  return { absolute: addValue(absolute, one), squared: addValue(squared, two) };
}

function mergePairs(a: Pair, b: Pair): Pair {
  return {
    absolute: mergeMoments(a.absolute, b.absolute),
    squared: mergeMoments(a.squared, b.squared),
  };
}

/** Both tallies as one. */
export function mergeTallies(a: Tally, b: Tally): Tally {
  return {
    rows: a.rows + b.rows,
    refused: {
      champion: a.refused.champion + b.refused.champion,
      challenger: a.refused.challenger + b.refused.challenger,
    },
    unlabelled: a.unlabelled + b.unlabelled,
    confusion: mergeConfusions(a.confusion, b.confusion),
    groups: mergeGroups(a.groups, b.groups),
  };
}

function mergeConfusions(a: Tally['confusion'], b: Tally['confusion']): Tally['confusion'] {
  const merged: Record<string, Record<string, number>> = Object.create(null);
  for (const [champion, row] of [...Object.entries(a), ...Object.entries(b)]) {
    const counts: Record<string, number> = merged[champion] ?? Object.create(null);
    merged[champion] = counts;
    for (const [challenger, count] of Object.entries(row)) {
      counts[challenger] = (counts[challenger] ?? 0) + count;
    }
  }
  return merged;
}

function mergeGroups(a: readonly Group[], b: readonly Group[]): readonly Group[] {
  const merged = new Map(a.map((group) => [sliceName(group), group]));
  for (const group of b) {
    const name = sliceName(group);
    const known = merged.get(name);
    merged.set(name, known ? mergeGroup(known, group) : group);
  }
  return [...merged.values()];
}

function mergeGroup(a: Group, b: Group): Group {
  return {
    ...a,
    ...(a.classes && b.classes && { classes: mergeClasses(a.classes, b.classes) }),
    ...(a.errors && b.errors && { errors: mergeErrors(a.errors, b.errors) }),
  };
}

function mergeClasses(a: ClassCounts, b: ClassCounts): ClassCounts {
  const sum = { ...a };
  for (const cell of Object.keys(noClasses) as (keyof ClassCounts)[]) sum[cell] += b[cell];
  return sum;
}

function mergeErrors(a: ErrorMoments, b: ErrorMoments): ErrorMoments {
  return {
    champion: mergePairs(a.champion, b.champion),
    challenger: mergePairs(a.challenger, b.challenger),
    difference: mergePairs(a.difference, b.difference),
  };
}

export function sliceName({ slice }: Group): string {
  return slice ? JSON.stringify([slice.column, slice.value]) : '';
}
