import { describe, expect, it } from 'vitest';
import type { MissingData } from '../../../../local/providers/cloudwatch/alarm.ts';
import {
  type Criteria,
  type Judgement,
  judge,
} from '../../../../local/providers/cloudwatch/alarm-judgement.ts';

/** `0` is within the threshold, `X` breaches it, `-` is missing; the oldest comes first. */
function judgeRow(row: string, criteria: Partial<Criteria>): Judgement | undefined {
  const values = new Map([
    ['0', 0],
    ['X', 9],
  ]);
  const datapoints = row
    .split(' ')
    .map((letter, index) => ({ time: index * 60, value: values.get(letter) }));
  return judge(
    {
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      threshold: 5,
      comparison: 'GreaterThanThreshold',
      missingData: 'missing',
      ...criteria,
    },
    datapoints,
  );
}

const TREATMENTS: MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const RETAINED = undefined;
const NO_DATA = 'INSUFFICIENT_DATA';

describe('an alarm with missing data', () => {
  it.each([
    ['0 - X - X', ['OK', 'OK', 'OK', 'OK']],
    ['0 - - - -', ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', [NO_DATA, RETAINED, 'ALARM', 'OK']],
    ['0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - - - X', [NO_DATA, RETAINED, 'ALARM', 'OK']],
    ['X - - - -', ['ALARM', RETAINED, 'ALARM', 'OK']],
    ['- - X - -', ['ALARM', RETAINED, 'ALARM', 'OK']],
  ])('follows the table of the user guide for 3 out of 3: %s', (row, expected) => {
    const states = TREATMENTS.map((missingData) => judgeRow(row, { missingData })?.state);
    expect(states).toEqual(expected);
  });

  it.each([
    ['0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', ['ALARM', RETAINED, 'ALARM', 'OK']],
    ['- - - - X', [NO_DATA, RETAINED, 'ALARM', 'OK']],
  ])('follows the table of the user guide for 2 out of 3: %s', (row, expected) => {
    const states = TREATMENTS.map(
      (missingData) => judgeRow(row, { missingData, datapointsToAlarm: 2 })?.state,
    );
    expect(states).toEqual(expected);
  });

  it.each([
    ['GreaterThanThreshold', 'OK'],
    ['GreaterThanOrEqualToThreshold', 'ALARM'],
    ['LessThanThreshold', 'OK'],
    ['LessThanOrEqualToThreshold', 'ALARM'],
  ] as const)('compares a value on the threshold with %s', (comparison, expected) => {
    expect(judgeRow('X X X', { comparison, threshold: 9 })?.state).toBe(expected);
  });

  it('says in the words of AWS what it saw', () => {
    expect(judgeRow('- - X', { evaluationPeriods: 1, datapointsToAlarm: 1 })?.reason).toBe(
      'Threshold Crossed: 1 out of the last 1 datapoints [9 (01/01/70 00:02:00)] was greater than the threshold (5) (minimum 1 datapoint for OK -> ALARM transition).',
    );
    expect(judgeRow('0 0 0 0 0', {})?.reason).toBe(
      'Threshold Crossed: 3 out of the last 3 datapoints [0 (01/01/70 00:04:00), 0 (01/01/70 00:03:00), 0 (01/01/70 00:02:00)] were not greater than the threshold (5) (minimum 1 datapoint for ALARM -> OK transition).',
    );
    expect(judgeRow('- - - - -', { missingData: 'notBreaching' })?.reason).toBe(
      'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching].',
    );
    expect(judgeRow('- - - - -', {})?.reason).toBe('Insufficient Data: 3 datapoints were unknown.');
  });
});
