import { randomUUID } from 'node:crypto';
import type { Timer } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { deliver } from './delivery.ts';
import { matches, parsePattern } from './event-pattern.ts';
import type { Rules } from './rule.ts';
import { parseSchedule } from './schedule.ts';

export interface Entry {
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly resources: readonly string[];
  readonly time: number;
}

/** Brings events to the rules that match them, and rules to the times at which they are due. */
export class EventBus {
  readonly #host: Host;
  readonly #rules: Rules;
  readonly #timers = new Map<string, Timer>();
  #open = false;

  constructor(host: Host, rules: Rules) {
    this.#host = host;
    this.#rules = rules;
    rules.onChange = (name) => this.#arm(name);
  }

  /** What fell due while the cloud was stopped is passed over. */
  start(): void {
    this.#open = true;
    for (const { name } of this.#rules.all()) this.#arm(name);
  }

  stop(): void {
    this.#open = false;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  /** The event's id. */
  put(entry: Entry): string {
    const event = this.#eventOf(entry);
    for (const rule of this.#rules.all()) {
      if (rule.state !== 'ENABLED' || !rule.pattern) continue;
      if (matches(parsePattern(rule.pattern), event)) this.#deliver(rule.name, event);
    }
    return event.id;
  }

  #eventOf({ source, detailType, detail, resources, time }: Entry) {
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source,
      account: this.#host.account,
      time: `${new Date(time).toISOString().slice(0, 19)}Z`,
      region: this.#host.region,
      resources,
      detail,
    };
  }

  /** Whoever puts an event does not wait for its targets. */
  #deliver(name: string, event: Record<string, unknown>): void {
    const rule = this.#rules.get(name);
    for (const target of rule.targets) {
      void deliver(this.#host, rule, target, event);
    }
  }

  #arm(name: string): void {
    this.#timers.get(name)?.cancel();
    this.#timers.delete(name);
    const rule = this.#rules.find(name);
    if (!this.#open || rule?.state !== 'ENABLED' || !rule.schedule) return;
    const now = this.#host.clock.now();
    const due = parseSchedule(rule.schedule).next(now, rule.createdAt);
    if (due === undefined) return;
    const timer = this.#host.clock.at(due, () => {
      this.#arm(name);
      this.#deliver(
        name,
        this.#eventOf({
          source: 'aws.events',
          detailType: 'Scheduled Event',
          detail: {},
          resources: [rule.arn],
          time: due,
        }),
      );
    });
    this.#timers.set(name, timer);
  }
}
