import type { Clock } from '../../host/clock.ts';
import type { Storage } from '../../host/storage.ts';
import type { Alarm } from './alarm.ts';

/** CloudWatch keeps an alarm's history for 14 days, also when the alarm itself is deleted. */
const RETENTION = 14 * 24 * 3600 * 1000;
const ITEMS_PER_ALARM = 200;

export type HistoryItemType = 'ConfigurationUpdate' | 'StateUpdate' | 'Action';

export interface HistoryItem {
  readonly alarm: string;
  readonly kind: Alarm['kind'];
  readonly time: number;
  readonly type: HistoryItemType;
  readonly summary: string;
  readonly data: string;
}

/** What happened to each alarm, oldest first. */
export class AlarmHistory {
  readonly #items;
  readonly #clock: Clock;

  constructor(storage: Storage, clock: Clock) {
    this.#items = storage.collection<readonly HistoryItem[]>('alarm-history');
    this.#clock = clock;
  }

  add(alarm: Alarm, type: HistoryItemType, summary: string, data: unknown): void {
    const item: HistoryItem = {
      alarm: alarm.name,
      kind: alarm.kind,
      time: this.#clock.now(),
      type,
      summary,
      data: JSON.stringify(data),
    };
    const items = [...(this.#items.get(alarm.name) ?? []), item].slice(-ITEMS_PER_ALARM);
    this.#items.set(alarm.name, items);
  }

  /** One alarm's history, or everyone's. */
  of(alarm: string | undefined): readonly HistoryItem[] {
    if (alarm !== undefined) return this.#items.get(alarm) ?? [];
    return this.#items
      .values()
      .flat()
      .sort((a, b) => a.time - b.time);
  }

  forgetOld(): void {
    const oldest = this.#clock.now() - RETENTION;
    for (const alarm of this.#items.keys()) {
      const newest = this.#items.get(alarm)?.at(-1);
      if (!newest || newest.time < oldest) this.#items.delete(alarm);
    }
  }
}
