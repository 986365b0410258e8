import { describe, expect, it } from 'vitest';
import { tableOf, verdict } from '../../../bench/report/table.ts';
import { atLeast, atMost, type Measured } from '../../../bench/scenario.ts';

const outcome = (ratio: number): Measured => ({
  ratio,
  unit: 'requests/s',
  subject: { value: 2000, cpuMicros: 400 },
  baseline: { value: 1000 },
  rounds: 5,
});

describe('The table of the bench', () => {
  it('says for each step of a goal whether it is reached', () => {
    const goal = atMost(1.25, 1.15);
    expect(verdict(goal, outcome(1.3))).toBe('no');
    expect(verdict(goal, outcome(1.2))).toBe('yes (step 1 of 2)');
    expect(verdict(goal, outcome(1.1))).toBe('yes');
    expect(verdict(atLeast(3), outcome(2.9))).toBe('no');
  });

  it('shows both sides, and why a row was skipped', () => {
    const row = { subject: 'ours', baseline: 'theirs', goal: atLeast(1.6, 2) };
    const table = tableOf([
      { ...row, outcome: outcome(2) },
      { ...row, outcome: { skipped: 'no Python' } },
    ]);
    expect(table.split('\n').slice(2)).toEqual([
      '| ours ÷ theirs | ≥ 1.6, then 2 | 2 | yes | 2000 requests/s, 400 µs CPU | 1000 requests/s |  |',
      '| ours ÷ theirs | ≥ 1.6, then 2 | skipped |  | no Python |  |  |',
    ]);
  });
});
