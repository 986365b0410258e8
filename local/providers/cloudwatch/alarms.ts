import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import type { Alarm, AlarmState, CompositeAlarm } from './alarm.ts';
import { announce } from './alarm-action.ts';
import { AlarmHistory } from './alarm-history.ts';
import type { Configuration } from './alarm-input.ts';
import { alarmsIn, parseAlarmRule, ruleHolds } from './alarm-rule.ts';

/** A state and why an alarm is in it. */
export interface StateChange {
  readonly state: AlarmState;
  readonly reason: string;
  readonly reasonData?: string | undefined;
}

/** All alarms with their states, history and what follows from a change of state. */
export class Alarms {
  readonly history: AlarmHistory;
  readonly #host: Host;
  readonly #alarms: Collection<Alarm>;

  constructor(host: Host) {
    const storage = host.storage('cloudwatch');
    this.#host = host;
    this.#alarms = storage.collection<Alarm>('alarms');
    this.history = new AlarmHistory(storage, host.clock);
  }

  /** By name. */
  all(): Alarm[] {
    return this.#alarms.values().sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: string): Alarm | undefined {
    return this.#alarms.get(name);
  }

  /** A new alarm has no data yet; a changed one stays in the state it is in, as in AWS. */
  put(configuration: Configuration<Alarm>): Alarm {
    const now = this.#host.clock.now();
    const current = this.#alarms.get(configuration.name);
    if (current && current.kind !== configuration.kind) {
      throw new AwsError(
        'ValidationError',
        `Alarm ${current.name} exists and is a ${current.kind} alarm`,
      );
    }
    if (configuration.kind === 'composite') this.#refuseCycle(configuration);
    const alarm = {
      ...configuration,
      arn: this.#host.arn('cloudwatch', `alarm:${configuration.name}`),
      configuredAt: now,
      state: current?.state ?? 'INSUFFICIENT_DATA',
      reason: current?.reason ?? 'Unchecked: Initial alarm creation',
      reasonData: current?.reasonData,
      stateSince: current?.stateSince ?? now,
    } as Alarm;
    this.#alarms.set(alarm.name, alarm);
    const what = current ? 'updated' : 'created';
    this.history.add(alarm, 'ConfigurationUpdate', `Alarm "${alarm.name}" ${what}`, configuration);
    if (alarm.kind === 'composite') this.#followRule(alarm);
    return this.#alarms.get(alarm.name) as Alarm;
  }

  delete(name: string): void {
    const alarm = this.#alarms.get(name);
    if (!alarm) return;
    this.#alarms.delete(name);
    this.history.add(alarm, 'ConfigurationUpdate', `Alarm "${name}" deleted`, {});
    this.#followRulesOn(name);
  }

  enableActions(name: string, enabled: boolean): void {
    const alarm = this.#alarms.get(name);
    if (alarm) this.#alarms.set(name, { ...alarm, actionsEnabled: enabled });
  }

  /** Does nothing when the alarm is in that state already. */
  setState(name: string, change: StateChange): void {
    const before = this.#alarms.get(name);
    if (!before || before.state === change.state) return;
    const alarm: Alarm = { ...before, ...change, stateSince: this.#host.clock.now() };
    this.#alarms.set(name, alarm);
    const summary = `Alarm updated from ${before.state} to ${alarm.state}`;
    this.history.add(alarm, 'StateUpdate', summary, {
      oldState: { stateValue: before.state, stateReason: before.reason },
      newState: { stateValue: alarm.state, stateReason: alarm.reason },
    });
    if (alarm.actionsEnabled) void this.#announce(alarm, before.state);
    this.#followRulesOn(name);
  }

  async #announce(alarm: Alarm, before: AlarmState): Promise<void> {
    for (const action of alarm.actions[alarm.state]) {
      await announce(this.#host, this.history, { action, alarm, before });
    }
  }

  #followRulesOn(name: string): void {
    for (const alarm of this.all()) {
      if (alarm.kind !== 'composite') continue;
      if (alarmsIn(parseAlarmRule(alarm.rule)).includes(name)) this.#followRule(alarm, name);
    }
  }

  #followRule(alarm: CompositeAlarm, cause?: string): void {
    const rule = parseAlarmRule(alarm.rule);
    const state = ruleHolds(rule, (name) => this.#alarms.get(name)?.state) ? 'ALARM' : 'OK';
    const watched = cause === undefined ? alarmsIn(rule) : [cause];
    const states = watched.map((name) => `${name} is ${this.#alarms.get(name)?.state ?? 'gone'}`);
    this.setState(alarm.name, { state, reason: `${alarm.rule}: ${states.join(', ')}` });
  }

  #refuseCycle(configuration: Configuration<CompositeAlarm>): void {
    const visit = (rule: string): boolean =>
      alarmsIn(parseAlarmRule(rule)).some((name) => {
        if (name === configuration.name) return true;
        const alarm = this.#alarms.get(name);
        return alarm?.kind === 'composite' && visit(alarm.rule);
      });
    if (visit(configuration.rule)) {
      throw new AwsError('ValidationError', `Alarm ${configuration.name} depends on itself`);
    }
  }
}
