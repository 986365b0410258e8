import { batchErrors } from '../../contract/batch.ts';
import { quote } from '../../protocol/quote.ts';
import { meanEstimate } from '../../statistics/moments.ts';
import { mcNemar, shareDifference } from '../../statistics/paired-shares.ts';
import { type Estimate, wilson } from '../../statistics/wilson.ts';
import { BatchFailure } from '../batch-failure.ts';
import type { JobBacktest } from '../job-request.ts';
import type { Plan } from '../plan.ts';
import type { ClassCounts, ErrorMoments, Group, Tally } from './tally.ts';

/** A backtest's result; intervals are at 95 %. Differences are the challenger's less the champion's. */
export interface Comparison {
  readonly job: string;
  readonly model: string;
  readonly champion: string;
  readonly challenger: string;
  readonly label: string;
  readonly prediction: string;
  /** Rows given to both; of those without a label only agreement and confusion tell. */
  readonly rows: number;
  readonly unlabelled: number;
  /** Share of the rows that a version refused. */
  readonly refused: { readonly champion?: Estimate; readonly challenger?: Estimate };
  /** Share of the answered rows, labelled or not, in which both gave the same class. */
  readonly agreement?: Estimate;
  readonly verdict: 'challenger better' | 'champion better' | 'no difference shown';
  readonly overall: GroupComparison;
  readonly slices: readonly (GroupComparison & NonNullable<Group['slice']>)[];
  /** Champion's class, then challenger's class, to the count of rows. */
  readonly confusion?: Tally['confusion'];
}

/** Of rows that both versions answered, and that have a label. */
export type GroupComparison = ClassComparison | NumberComparison;

export interface ClassComparison {
  readonly rows: number;
  readonly accuracy: { readonly champion?: Estimate; readonly challenger?: Estimate };
  readonly difference?: Estimate;
  /** McNemar's exact test, two-sided. */
  readonly pValue: number;
  readonly bothRight: number;
  readonly onlyChampionRight: number;
  readonly onlyChallengerRight: number;
  readonly bothWrong: number;
  readonly agreed: number;
}

export interface NumberComparison {
  readonly rows: number;
  readonly meanAbsoluteError: { readonly champion: number; readonly challenger: number };
  readonly rootMeanSquaredError: { readonly champion: number; readonly challenger: number };
  /** Mean of the rows' differences: a paired interval. */
  readonly absoluteDifference?: Estimate;
  readonly squaredDifference?: Estimate;
}

export function compare(plan: Plan, backtest: JobBacktest, tally: Tally): Comparison {
  const all = tally.groups.find(({ slice }) => !slice);
  if (!all) throw noLabels(backtest, tally);
  const overall = groupComparison(all);
  const slices = tally.groups.flatMap((group) =>
    group.slice ? [{ ...group.slice, ...groupComparison(group) }] : [],
  );
  const { rows, refused, unlabelled, confusion } = tally;
  return {
    job: plan.job,
    model: plan.model.name,
    champion: plan.request.version,
    challenger: backtest.challenger,
    label: backtest.label,
    prediction: backtest.prediction,
    rows,
    unlabelled,
    refused: estimates(wilson(refused.champion, rows), wilson(refused.challenger, rows)),
    ...(all.classes && { ...agreementOf(confusion), confusion }),
    verdict: verdictOf(overall),
    overall,
    slices: slices.sort((a, b) => order(a.column, b.column) || order(a.value, b.value)),
  };
}

function noLabels({ label }: JobBacktest, { rows, unlabelled }: Tally): BatchFailure {
  const why =
    rows === 0
      ? 'no row was answered'
      : `${unlabelled} of ${rows} rows have nothing in it that can be compared`;
  return new BatchFailure(
    batchErrors.inputDamaged,
    `backtest.label: the column ${quote(label)} gives no labels: ${why}`,
  );
}

function groupComparison({ classes, errors }: Group): GroupComparison {
  if (classes) return classComparison(classes);
  if (errors) return numberComparison(errors);
  throw new Error('a group without counts');
}

function classComparison(counts: ClassCounts): ClassComparison {
  const { bothRight, onlyFirst, onlySecond, bothWrong, agreed } = counts;
  const rows = bothRight + onlyFirst + onlySecond + bothWrong;
  const difference = shareDifference(counts);
  return {
    rows,
    accuracy: estimates(wilson(bothRight + onlyFirst, rows), wilson(bothRight + onlySecond, rows)),
    ...(difference && { difference }),
    pValue: mcNemar(counts),
    bothRight,
    onlyChampionRight: onlyFirst,
    onlyChallengerRight: onlySecond,
    bothWrong,
    agreed,
  };
}

function numberComparison({ champion, challenger, difference }: ErrorMoments): NumberComparison {
  const absoluteDifference = meanEstimate(difference.absolute);
  const squaredDifference = meanEstimate(difference.squared);
  return {
    rows: champion.absolute.count,
    meanAbsoluteError: {
      champion: champion.absolute.mean,
      challenger: challenger.absolute.mean,
    },
    rootMeanSquaredError: {
      champion: Math.sqrt(champion.squared.mean),
      challenger: Math.sqrt(challenger.squared.mean),
    },
    ...(absoluteDifference && { absoluteDifference }),
    ...(squaredDifference && { squaredDifference }),
  };
}

/** Both the test and the interval must speak; for numbers there is the interval alone. */
function verdictOf(overall: GroupComparison): Comparison['verdict'] {
  if ('accuracy' in overall) {
    const { difference, pValue } = overall;
    if (!difference || pValue >= 0.05) return 'no difference shown';
    if (difference.low > 0) return 'challenger better';
    return difference.high < 0 ? 'champion better' : 'no difference shown';
  }
  const { absoluteDifference: difference } = overall;
  if (!difference || (difference.low <= 0 && difference.high >= 0)) return 'no difference shown';
  return difference.value < 0 ? 'challenger better' : 'champion better';
}

function agreementOf(confusion: Tally['confusion']): { agreement?: Estimate } {
  let same = 0;
  let all = 0;
  for (const [champion, row] of Object.entries(confusion)) {
    for (const [challenger, count] of Object.entries(row)) {
      all += count;
      if (champion === challenger) same += count;
    }
  }
  const agreement = wilson(same, all);
  return agreement ? { agreement } : {};
}

function estimates(champion: Estimate | undefined, challenger: Estimate | undefined) {
  return { ...(champion && { champion }), ...(challenger && { challenger }) };
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
