import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../../local/providers/events/schedule.ts';

const next = (expression: string, now: string, since = now) => {
  const time = parseSchedule(expression).next(Date.parse(now), Date.parse(since));
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe('A schedule expression', () => {
  it.each([
    ['rate(5 minutes)', '2026-01-01T00:05:00.000Z'],
    ['rate(1 hour)', '2026-01-01T01:00:00.000Z'],
    ['rate(2 days)', '2026-01-03T00:00:00.000Z'],
    ['cron(0 3 * * ? *)', '2026-01-01T03:00:00.000Z'],
    ['cron(0/20 * * * ? *)', '2026-01-01T00:20:00.000Z'],
    ['cron(0 12 ? * 2 *)', '2026-01-05T12:00:00.000Z'], // 2 is Monday
    ['cron(0 12 ? * MON-FRI *)', '2026-01-01T12:00:00.000Z'],
    ['cron(0 12 ? * 6#2 *)', '2026-01-09T12:00:00.000Z'], // the second Friday
    ['cron(0 12 ? * 6L *)', '2026-01-30T12:00:00.000Z'], // the last Friday
    ['cron(0 12 L * ? *)', '2026-01-31T12:00:00.000Z'],
    ['cron(0 0 1 2 ? 2027)', '2027-02-01T00:00:00.000Z'],
    ['cron(0 0 1 2 ? 2025)', undefined],
  ])('%s is due next at %s', (expression, expected) => {
    expect(next(expression, '2026-01-01T00:00:00Z')).toBe(expected);
  });

  it('counts a rate from the time at which its rule was made', () => {
    const made = '2026-01-01T00:02:00Z';
    expect(next('rate(5 minutes)', '2026-01-01T00:13:00Z', made)).toBe('2026-01-01T00:17:00.000Z');
    expect(next('rate(5 minutes)', '2026-01-01T00:17:00Z', made)).toBe('2026-01-01T00:22:00.000Z');
  });

  it.each(['rate(0 minutes)', 'rate(1 week)', 'cron(* * * * *)', 'cron(0 3 * * * *)', 'daily'])(
    'is refused as %s',
    (expression) => {
      expect(() => parseSchedule(expression)).toThrow(expression);
    },
  );
});
