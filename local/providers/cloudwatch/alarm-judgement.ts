import { type AlarmState, COMPARISONS, type Comparison, type MissingData } from './alarm.ts';

/**
 * An alarm looks further back than its evaluation periods, so that a late or missing datapoint
 * does not blind it. AWS's own examples show two periods more.
 */
export const EXTRA_PERIODS = 2;

export interface Criteria {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: Comparison;
  readonly missingData: MissingData;
}

export interface Datapoint {
  /** Seconds since the epoch. */
  readonly time: number;
  /** undefined when it is missing. */
  readonly value: number | undefined;
}

export interface Judgement {
  readonly state: AlarmState;
  readonly reason: string;
}

interface Evaluated {
  readonly points: readonly { readonly time: number; readonly value: number }[];
  readonly breaching: number;
  /** How many missing datapoints had to be filled in. */
  readonly filled: number;
}

/**
 * The state that datapoints (oldest first, `evaluationPeriods + EXTRA_PERIODS` of them) put an
 * alarm in, by the tables of AWS's "Configuring how alarms treat missing data"; undefined when it
 * stays in the state it is in.
 */
export function judge(criteria: Criteria, datapoints: readonly Datapoint[]): Judgement | undefined {
  const { evaluationPeriods, datapointsToAlarm, missingData, threshold } = criteria;
  const { breaches } = COMPARISONS[criteria.comparison];
  const present = datapoints
    .flatMap(({ time, value }) => (value === undefined ? [] : [{ time, value }]))
    .slice(-evaluationPeriods);
  const breaching = present.filter(({ value }) => breaches(value, threshold)).length;
  const evaluated = { points: present, breaching, filled: evaluationPeriods - present.length };

  if (evaluated.filled === 0 || breaching >= datapointsToAlarm) {
    return decide(criteria, evaluated, breaching >= datapointsToAlarm);
  }
  if (missingData === 'breaching' || missingData === 'notBreaching') {
    const assumed = missingData === 'breaching' ? evaluated.filled : 0;
    return decide(criteria, evaluated, breaching + assumed >= datapointsToAlarm);
  }
  if (present.length > breaching) return decide(criteria, evaluated, false);
  if (missingData === 'ignore') return undefined;
  // Only breaching datapoints, too few of them: enough when the oldest is old enough.
  const oldest = datapoints.findIndex(({ value }) => value !== undefined);
  const age = oldest < 0 ? 0 : datapoints.length - oldest;
  if (breaching > 0 && age >= datapointsToAlarm) return decide(criteria, evaluated, true);
  const unknown = `${evaluated.filled} datapoint${evaluated.filled === 1 ? ' was' : 's were'}`;
  return { state: 'INSUFFICIENT_DATA', reason: `Insufficient Data: ${unknown} unknown.` };
}

function decide(criteria: Criteria, evaluated: Evaluated, alarm: boolean): Judgement {
  return { state: alarm ? 'ALARM' : 'OK', reason: reasonFor(criteria, evaluated, alarm) };
}

/** In the words of AWS's state reasons. */
function reasonFor(criteria: Criteria, evaluated: Evaluated, alarm: boolean): string {
  const { points, breaching, filled } = evaluated;
  const { comparison, threshold, missingData, evaluationPeriods, datapointsToAlarm } = criteria;
  const treated =
    filled > 0 && (missingData === 'breaching' || missingData === 'notBreaching')
      ? `${filled} missing datapoint${filled === 1 ? ' was' : 's were'} treated as [${missingData === 'breaching' ? 'Breaching' : 'NonBreaching'}]`
      : undefined;
  if (points.length === 0) {
    const periods = `${evaluationPeriods} period${evaluationPeriods === 1 ? '' : 's'}`;
    return `Threshold Crossed: no datapoints were received for ${periods} and ${treated}.`;
  }
  const count = alarm ? breaching : points.length - breaching;
  const shown = points.toReversed().map(({ time, value }) => `${value} (${stamp(time)})`);
  const verb = count === 1 ? 'was' : 'were';
  const relation = `${verb}${alarm ? '' : ' not'} ${COMPARISONS[comparison].words} the threshold (${threshold})`;
  const needed = alarm ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  const transition = alarm ? 'OK -> ALARM' : 'ALARM -> OK';
  return [
    `Threshold Crossed: ${count} out of the last ${points.length} datapoints [${shown.join(', ')}] ${relation}`,
    ...(treated ? [`and ${treated}`] : []),
    `(minimum ${needed} datapoint${needed === 1 ? '' : 's'} for ${transition} transition).`,
  ].join(' ');
}

/** 22/11/26 03:01:00, as AWS writes it. */
function stamp(time: number): string {
  const [date = '', clock = ''] = new Date(time * 1000).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${clock.slice(0, 8)}`;
}
