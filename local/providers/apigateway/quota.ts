import type { Clock, Timer } from '../../host/clock.ts';
import type { Collection } from '../../host/storage.ts';

export interface QuotaSettings {
  readonly limit: number;
  readonly offset?: number;
  readonly period: 'DAY' | 'WEEK' | 'MONTH';
}

export interface Usage {
  /** First day of the period. */
  readonly period: string;
  readonly used: number;
}

/** A kill loses at most what was counted in this time. */
const SAVE_INTERVAL_MS = 1000;

/** How many requests each key has made in its plan's current period. */
export class Quotas {
  readonly #time: Clock;
  readonly #stored: Collection<Usage>;
  readonly #usage = new Map<string, Usage>();
  readonly #unsaved = new Set<string>();
  #timer: Timer | undefined;

  constructor(time: Clock, stored: Collection<Usage>) {
    this.#time = time;
    this.#stored = stored;
  }

  /** Counts a request of a key under a plan; false when the period's limit is reached. */
  take(plan: string, key: string, { limit, offset = 0, period }: QuotaSettings): boolean {
    const id = `${plan}/${key}`;
    const current = periodStart(this.#time.now(), period);
    const known = this.#usage.get(id) ?? this.#stored.get(id);
    const used = known?.period === current ? known.used : offset;
    if (used >= limit) return false;
    this.#usage.set(id, { period: current, used: used + 1 });
    this.#unsaved.add(id);
    this.#timer ??= this.#time.at(this.#time.now() + SAVE_INTERVAL_MS, () => this.save());
    return true;
  }

  save(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const id of this.#unsaved) this.#stored.set(id, this.#usage.get(id) as Usage);
    this.#unsaved.clear();
  }
}

/** The first day of the period that a time is in, in UTC; weeks begin on Sunday. */
export function periodStart(time: number, period: QuotaSettings['period']): string {
  const date = new Date(time);
  if (period === 'WEEK') date.setUTCDate(date.getUTCDate() - date.getUTCDay());
  if (period === 'MONTH') date.setUTCDate(1);
  return date.toISOString().slice(0, 10);
}
