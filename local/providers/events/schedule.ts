import { Cron } from 'croner';
import { AwsError } from '../../host/aws-error.ts';

const units = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** When something is due by a schedule expression of EventBridge. Times are in milliseconds, UTC. */
export interface Schedule {
  /** The first time after `now`; `since` is when the rule was made. Undefined: never again. */
  next(now: number, since: number): number | undefined;
}

/** Reads `rate(...)` or `cron(...)`, or says that it is neither. */
export function parseSchedule(expression: string): Schedule {
  const [, amount, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const period = Number(amount) * units[unit as keyof typeof units];
  if (period > 0) {
    return { next: (now, since) => since + (Math.floor((now - since) / period) + 1) * period };
  }
  const [, fields = ''] = /^cron\((.*)\)$/.exec(expression) ?? [];
  const parts = fields.trim().split(/ +/);
  if (parts.length === 6 && (parts[2] === '?') !== (parts[4] === '?'))
    return cron(parts, expression);
  throw invalid(expression);
}

/** The largest value of each field, for `5/10`, which means from 5 to the end in steps of 10. */
const last = [59, 23, 31, 12, 7, 2199];

function cron(parts: readonly string[], expression: string): Schedule {
  const translated = parts.map((part, index) => {
    const stepped = part.replaceAll(/(^|,)(\d+)\//g, `$1$2-${last[index]}/`).replace('?', '*');
    // EventBridge counts the days of the week from 1, Sunday.
    if (index !== 4) return stepped;
    return stepped.replaceAll(/(?<![/#\d])\d+/g, (day) => String(Number(day) - 1));
  });
  try {
    const pattern = new Cron(`0 ${translated.join(' ')}`, {
      mode: '7-part',
      timezone: 'UTC',
      paused: true,
    });
    return { next: (now) => pattern.nextRun(new Date(now))?.getTime() };
  } catch {
    throw invalid(expression);
  }
}

function invalid(expression: string): AwsError {
  return new AwsError(
    'ValidationException',
    `Parameter ScheduleExpression is not valid: ${expression}`,
  );
}
