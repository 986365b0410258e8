import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BatchPolicy,
  nextBatch,
  type Pending,
} from '../../../functions/model-server/batch-policy.ts';

const policy: BatchPolicy = { maxRows: 8, preferred: [4, 8], delayMillis: 5 };
const waiting = (...rows: number[]): Pending[] =>
  rows.map((count) => ({ rows: count, key: 'a', since: 0 }));

describe('The next batch', () => {
  it('waits for others until the oldest request has waited long enough', () => {
    expect(nextBatch(waiting(1, 1), policy, 2)).toEqual({ waitMillis: 3 });
    expect(nextBatch(waiting(1, 1), policy, 5)).toEqual({ take: 2 });
  });

  it('runs at once at a preferred size, leaving what is beyond', () => {
    expect(nextBatch(waiting(1, 3), policy, 0)).toEqual({ take: 2 });
    expect(nextBatch(waiting(1, 3, 1), policy, 0)).toEqual({ take: 2 });
    expect(nextBatch(waiting(4, 4, 1), policy, 0)).toEqual({ take: 2 });
  });

  it('takes all that fits, not only a preferred size, once the oldest is late', () => {
    expect(nextBatch(waiting(1, 3, 1), policy, 5)).toEqual({ take: 3 });
  });

  it('runs at once what cannot grow', () => {
    expect(nextBatch(waiting(3, 6), policy, 0)).toEqual({ take: 1 });
    const other: Pending = { rows: 1, key: 'b', since: 0 };
    expect(nextBatch([...waiting(3), other], policy, 0)).toEqual({ take: 1 });
    expect(nextBatch(waiting(3, 3), { ...policy, preferred: [6] }, 0)).toEqual({ take: 2 });
    expect(nextBatch(waiting(3, 3), { ...policy, preferred: [5] }, 0)).toEqual({ take: 2 });
  });

  it('waits for nobody without a queue delay', () => {
    const eager = { maxRows: 8, preferred: [8], delayMillis: 0 };
    expect(nextBatch(waiting(1, 2), eager, 0)).toEqual({ take: 2 });
    expect(nextBatch(waiting(1), eager, 0)).toEqual({ take: 1 });
  });

  it('runs alone what shares no batch', () => {
    const alone: Pending = { rows: 0, key: undefined, since: 0 };
    expect(nextBatch([alone, ...waiting(1)], policy, 0)).toEqual({ take: 1 });
    expect(nextBatch(waiting(1, 1), undefined, 0)).toEqual({ take: 1 });
  });

  it('never mixes keys, exceeds the maximum, or keeps the oldest beyond the delay', () => {
    const pending = fc.array(
      fc.record({
        rows: fc.integer({ min: 1, max: 8 }),
        key: fc.constantFrom('a', 'b', undefined),
        since: fc.constant(0),
      }),
      { minLength: 1, maxLength: 12 },
    );
    const policies = fc.record({
      maxRows: fc.constant(8),
      preferred: fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 3 }),
      delayMillis: fc.integer({ min: 0, max: 10 }),
    });
    fc.assert(
      fc.property(pending, policies, fc.integer({ min: 0, max: 20 }), (queue, rules, now) => {
        const decision = nextBatch(queue, rules, now);
        if ('waitMillis' in decision) {
          expect(now + decision.waitMillis).toBe(rules.delayMillis);
          expect(now).toBeLessThan(rules.delayMillis);
          return;
        }
        const batch = queue.slice(0, decision.take);
        expect(batch.length).toBeGreaterThan(0);
        expect(new Set(batch.map(({ key }) => key)).size).toBe(1);
        expect(batch.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(8);
      }),
    );
  });
});
