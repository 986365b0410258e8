import { AwsError } from '../../host/aws-error.ts';
import type { Clock, Timer } from '../../host/clock.ts';
import type { Log } from '../../host/log.ts';
import { type MetricAlarm, periodOf, watchedQuery } from './alarm.ts';
import { EXTRA_PERIODS, judge } from './alarm-judgement.ts';
import type { Alarms, StateChange } from './alarms.ts';
import { seriesOf } from './math-value.ts';
import { MetricQueries, pointsOf } from './metric-query.ts';
import type { MetricStore } from './metric-store.ts';
import { percentileOf } from './statistic.ts';

const MINUTE = 60;
/** How often alarms with a period under a minute are evaluated. */
const HIGH_RESOLUTION = 10;

/**
 * Evaluates every alarm each minute of cloud time; one with a longer period looks at windows that
 * slide by a minute. Only whole minutes are looked at, so a value counts a minute late at most.
 */
export class AlarmWatch {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #store: MetricStore;
  readonly #alarms: Alarms;
  #timer: Timer | undefined;

  constructor(options: { clock: Clock; log: Log; store: MetricStore; alarms: Alarms }) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#store = options.store;
    this.#alarms = options.alarms;
  }

  start(): void {
    this.#timer?.cancel();
    const step = this.#metricAlarms().some(isHighResolution) ? HIGH_RESOLUTION : MINUTE;
    const next = (Math.floor(this.#clock.now() / 1000 / step) + 1) * step;
    this.#timer = this.#clock.at(next * 1000, () => {
      // The next one is set first: an evaluation that fails must not be the last.
      this.start();
      this.evaluate(next);
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Evaluates what is due at `end`, in seconds. */
  evaluate(end: number): void {
    for (const alarm of this.#metricAlarms()) {
      if (end % MINUTE !== 0 && !isHighResolution(alarm)) continue;
      const change = this.#changeOf(alarm, end);
      if (!change || change.state === alarm.state) continue;
      this.#log.info(`Alarm ${alarm.name}: ${alarm.state} -> ${change.state}. ${change.reason}`);
      this.#alarms.setState(alarm.name, change);
    }
  }

  #changeOf(alarm: MetricAlarm, end: number): StateChange | undefined {
    const period = periodOf(alarm.queries);
    const start = end - (alarm.evaluationPeriods + EXTRA_PERIODS) * period;
    if (alarm.ignoresLowSamples && this.#hasFewSamples(alarm, { start, end })) return undefined;
    try {
      const queries = new MetricQueries(this.#store, alarm.queries, { start, end });
      const [series, ...others] = seriesOf(queries.result(watchedQuery(alarm)));
      if (!series || others.length > 0) {
        throw new AwsError('ValidationError', 'an alarm can watch one time series only');
      }
      const count = alarm.evaluationPeriods + EXTRA_PERIODS;
      const datapoints = Array.from({ length: count }, (_, index) => {
        const time = start + index * period;
        return { time, value: series.points.get(time) };
      });
      const judgement = judge(alarm, datapoints);
      return judgement && { ...judgement, reasonData: reasonData(alarm, period, datapoints) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { state: 'INSUFFICIENT_DATA', reason: `Metric math failed: ${error.message}` };
    }
  }

  /** AWS's rule for percentiles: under ten samples beyond it there is no telling. */
  #hasFewSamples(alarm: MetricAlarm, range: { start: number; end: number }): boolean {
    const stat = watchedQuery(alarm).metricStat;
    const percent = stat && percentileOf(stat.stat);
    const series = stat && this.#store.find(stat.metric);
    if (!series || percent === undefined) return false;
    const whole = range.end - range.start;
    const [count = 0] = pointsOf(series, range, whole, 'SampleCount').values();
    return count < 1000 / (percent >= 50 ? 100 - percent : percent);
  }

  #metricAlarms(): MetricAlarm[] {
    return this.#alarms.all().filter((alarm) => alarm.kind === 'metric');
  }
}

function isHighResolution(alarm: MetricAlarm): boolean {
  return periodOf(alarm.queries) < MINUTE;
}

function reasonData(
  alarm: MetricAlarm,
  period: number,
  datapoints: readonly { time: number; value: number | undefined }[],
): string {
  const recent = datapoints.slice(-alarm.evaluationPeriods);
  return JSON.stringify({
    version: '1.0',
    period,
    recentDatapoints: recent.flatMap(({ value }) => (value === undefined ? [] : [value])),
    threshold: alarm.threshold,
    evaluatedDatapoints: recent.map(({ time, value }) => ({
      timestamp: new Date(time * 1000).toISOString(),
      ...(value !== undefined && { value }),
    })),
  });
}
