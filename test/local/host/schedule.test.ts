import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../local/host/schedule.ts';

const start = Date.UTC(2026, 0, 1);
const next = (expression: string, timezone?: string, after = start) => {
  const time = parseSchedule(expression, timezone).next(after, start);
  return time === undefined ? undefined : new Date(time).toISOString().slice(0, 16);
};

describe('a schedule', () => {
  it.each([
    ['rate(1 minute)', '2026-01-01T00:01'],
    ['rate(2 days)', '2026-01-03T00:00'],
    ['cron(0 10 * * ? *)', '2026-01-01T10:00'],
    ['cron(0/15 8-17 ? * MON-FRI *)', '2026-01-01T08:00'],
    ['cron(0 0 ? * 1 *)', '2026-01-04T00:00'],
    ['cron(15 12 ? * 2#1 *)', '2026-01-05T12:15'],
    ['cron(0 9 L * ? *)', '2026-01-31T09:00'],
    ['at(2026-03-01T07:30:00)', '2026-03-01T07:30'],
  ])('%s is due at %s', (expression, time) => {
    expect(next(expression)).toBe(time);
  });

  it('that lies in the past is never due', () => {
    expect(next('at(2025-03-01T07:30:00)')).toBeUndefined();
    expect(next('cron(0 9 * * ? 2025)')).toBeUndefined();
  });

  it('keeps to its time zone, in summer too', () => {
    expect(next('cron(0 9 * * ? *)', 'Europe/Berlin')).toBe('2026-01-01T08:00');
    expect(next('cron(0 9 * * ? *)', 'Europe/Berlin', Date.UTC(2026, 6, 1))).toBe(
      '2026-07-01T07:00',
    );
    expect(next('at(2026-07-01T09:00:00)', 'Europe/Berlin')).toBe('2026-07-01T07:00');
  });

  it('by rate is always due within one period, and on its grid', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 99 }), fc.integer({ min: 0, max: 1e9 }), (n, late) => {
        const after = start + late;
        const due = parseSchedule(`rate(${n} minutes)`).next(after, start) as number;
        expect(due).toBeGreaterThan(after);
        expect(due - after).toBeLessThanOrEqual(n * 60_000);
        expect((due - start) % (n * 60_000)).toBe(0);
      }),
    );
  });

  it.each([
    ['rate(1 minutes)', 'expected such as'],
    ['rate(0 minutes)', 'expected such as'],
    ['cron(0 10 * * * *)', 'has to be ?'],
    ['cron(0 10 * *)', 'six fields'],
    ['cron(61 10 * * ? *)', 'minute'],
    ['at(tomorrow)', 'expected such as'],
    ['often', 'none of rate'],
  ])('%s is refused: %s', (expression, problem) => {
    expect(() => parseSchedule(expression)).toThrow(problem);
  });

  it('in a time zone that does not exist is refused', () => {
    expect(() => parseSchedule('cron(0 9 * * ? *)', 'Mars/Base')).toThrow('Mars/Base');
  });
});
