import { Cron } from 'croner';

/** When something is due: an expression as EventBridge and Application Auto Scaling take it. */
export interface Schedule {
  /**
   * The first time after `after`; undefined when there is none. `since` is when the schedule was made,
   * from which a rate counts. All are milliseconds since the epoch.
   */
  next(after: number, since: number): number | undefined;
}

const UNITS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/**
 * Parses `rate(5 minutes)`, `cron(0 9 ? * MON-FRI *)` or `at(2026-01-31T09:00:00)`; throws an Error
 * that says what is wrong with any other text.
 */
export function parseSchedule(expression: string, timezone = 'UTC'): Schedule {
  const [, kind, inner = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'rate') return rate(inner.trim());
  if (kind === 'cron') return cron(inner.trim(), timezone);
  if (kind === 'at') return once(inner.trim(), timezone);
  throw new Error(`${expression} is none of rate(...), cron(...) and at(...)`);
}

function rate(text: string): Schedule {
  const [, digits, unit, plural] = /^(\d+) (minute|hour|day)(s?)$/.exec(text) ?? [];
  const value = Number(digits);
  if (!unit || value < 1 || (value === 1) !== (plural === '')) {
    throw new Error(`rate(${text}): expected such as rate(1 minute) or rate(5 minutes)`);
  }
  const period = value * UNITS[unit as keyof typeof UNITS];
  return {
    next: (after, since) => since + (Math.floor(Math.max(0, after - since) / period) + 1) * period,
  };
}

/** AWS's six fields: minutes, hours, day of month, month, day of week with 1 for Sunday, year. */
function cron(text: string, timezone: string): Schedule {
  const fields = text.split(/\s+/);
  if (fields.length !== 6) {
    throw new Error(`cron(${text}): expected six fields, but there are ${fields.length}`);
  }
  if ((fields[2] === '?') === (fields[4] === '?')) {
    throw new Error(
      `cron(${text}): one of day of month and day of week has to be ?, the other not`,
    );
  }
  const pattern = asError(`cron(${text})`, () => {
    const options = { paused: true, timezone, mode: '7-part', alternativeWeekdays: true } as const;
    const made = new Cron(`0 ${text}`, { ...options, sloppyRanges: true });
    made.nextRun(); // a time zone that does not exist shows here
    return made;
  });
  return { next: (after) => pattern.nextRun(new Date(after))?.getTime() };
}

function once(text: string, timezone: string): Schedule {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) {
    throw new Error(`at(${text}): expected such as at(2026-01-31T09:00:00)`);
  }
  const pattern = asError(`at(${text})`, () => new Cron(text, { paused: true, timezone }));
  return { next: (after) => pattern.nextRun(new Date(after))?.getTime() };
}

function asError<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`);
  }
}
