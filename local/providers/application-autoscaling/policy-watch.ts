import { AwsError } from '../../host/aws-error.ts';
import type { Timer } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { scaledBy } from './scalable-dimension.ts';
import { idOf, type ScalableTarget, type ScalableTargets } from './scalable-target.ts';
import type { ScalingActivities } from './scaling-activity.ts';
import type { ScalingPolicies, ScalingPolicy } from './scaling-policy.ts';
import { adjustedCapacity, trackedCapacity } from './step-adjustment.ts';

/** How often the policies' alarms are looked at (cloud time). */
const INTERVAL = 10_000;
/** CloudWatch repeats an action of auto scaling each minute, for as long as its alarm is on. */
const REPEAT = 60_000;

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmActions: readonly string[];
  readonly StateReason: string;
  readonly StateReasonData?: string;
  readonly Threshold?: number;
}

/** What a policy wants of its target, because of an alarm. */
interface Wish {
  readonly policy: ScalingPolicy;
  readonly alarm: Alarm;
  readonly capacity: number;
}

interface LastScaling {
  readonly at: number;
  readonly direction: 'in' | 'out';
  /** The capacity before it. */
  readonly from: number;
}

/** Carries out policies whose alarms are on, within their cooldowns and their target's limits. */
export class PolicyWatch {
  readonly #host: Host;
  readonly #targets: ScalableTargets;
  readonly #policies: ScalingPolicies;
  readonly #activities: ScalingActivities;
  readonly #last = new Map<string, LastScaling>();
  /** When each policy last looked at its alarm. */
  readonly #acted = new Map<string, number>();
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: {
    host: Host;
    targets: ScalableTargets;
    policies: ScalingPolicies;
    activities: ScalingActivities;
  }) {
    this.#host = parts.host;
    this.#targets = parts.targets;
    this.#policies = parts.policies;
    this.#activities = parts.activities;
  }

  start(): void {
    const { clock } = this.#host;
    // Between two evaluations: an alarm that goes off at this moment would still be seen as on.
    const next = (Math.floor(clock.now() / INTERVAL) + 1.5) * INTERVAL;
    this.#timer = clock.at(next, () => {
      this.start();
      this.#running = this.#running.then(() => this.#look());
    });
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#running;
  }

  async #look(): Promise<void> {
    const byTarget = Map.groupBy(this.#policies.all(), ({ key }) => idOf(key));
    for (const policies of byTarget.values()) {
      const target = policies[0] && this.#targets.find(policies[0].key);
      if (!target) continue;
      try {
        await this.#follow(target, policies);
      } catch (error) {
        // What was to be scaled may have gone, and its target not yet.
        const { message } = error as Error;
        if (error instanceof AwsError) {
          this.#host.log.warn(`Auto scaling could not look at ${target.resourceId}: ${message}`);
        } else this.#host.log.error(`Auto scaling of ${target.resourceId} failed`, error);
      }
    }
  }

  async #follow(target: ScalableTarget, policies: readonly ScalingPolicy[]): Promise<void> {
    const alarms = await this.#alarmsOf(policies);
    if (alarms.length === 0) return;
    const capacity = await scaledBy(target).capacity(this.#host);
    const wishes = alarms.flatMap(([policy, alarm]) => {
      const wanted = this.#wish(policy, alarm, this.#baseFor(target, policy, capacity));
      return wanted === undefined ? [] : [{ policy, alarm, capacity: limited(target, wanted) }];
    });
    // Of several policies the one that wants most is heeded.
    const most = wishes.sort((a, b) => b.capacity - a.capacity)[0];
    if (most) await this.#carryOut(target, most, capacity);
  }

  async #alarmsOf(
    policies: readonly ScalingPolicy[],
  ): Promise<(readonly [ScalingPolicy, Alarm])[]> {
    const now = this.#host.clock.now();
    const found: (readonly [ScalingPolicy, Alarm])[] = [];
    for (const policy of policies) {
      if (now - (this.#acted.get(policy.arn) ?? Number.NEGATIVE_INFINITY) < REPEAT) continue;
      const { MetricAlarms } = await this.#host.call<{ MetricAlarms: readonly Alarm[] }>(
        'cloudwatch',
        'DescribeAlarms',
        { ActionPrefix: policy.arn, StateValue: 'ALARM' },
      );
      for (const alarm of MetricAlarms) {
        if (alarm.AlarmActions.includes(policy.arn)) found.push([policy, alarm]);
      }
    }
    return found;
  }

  /** During the cooldown of scaling out, what was added is part of what is wanted next. */
  #baseFor(target: ScalableTarget, policy: ScalingPolicy, capacity: number): number {
    const last = this.#last.get(idOf(target));
    const isCooling =
      last?.direction === 'out' && this.#host.clock.now() - last.at < cooldown(policy, 'out');
    return policy.step && isCooling ? last.from : capacity;
  }

  #wish(policy: ScalingPolicy, alarm: Alarm, capacity: number): number | undefined {
    const threshold = alarm.Threshold ?? 0;
    const value = lastValue(alarm) ?? threshold;
    if (policy.step) return adjustedCapacity(policy.step, capacity, value, threshold);
    const tracking = policy.tracking;
    // From zero no load per unit tells how many are needed.
    if (!tracking || capacity === 0) return undefined;
    const wanted = trackedCapacity(capacity, value, tracking.TargetValue);
    const isHigh = alarm.AlarmName === policy.alarms?.high.AlarmName;
    return isHigh ? Math.max(wanted, capacity + 1) : Math.min(wanted, capacity);
  }

  async #carryOut(target: ScalableTarget, wish: Wish, capacity: number): Promise<void> {
    const { policy, alarm, capacity: wanted } = wish;
    if (wanted === capacity) return;
    const direction = wanted > capacity ? 'out' : 'in';
    const { DynamicScalingInSuspended, DynamicScalingOutSuspended } = target.suspended;
    if (direction === 'in' ? DynamicScalingInSuspended : DynamicScalingOutSuspended) return;
    const now = this.#host.clock.now();
    const last = this.#last.get(idOf(target));
    const isCooling = last !== undefined && now - last.at < cooldown(policy, direction);
    // Scaling out does not wait for the end of scaling in, and a larger step not for a smaller one.
    if (isCooling && (direction === 'in' || (last.direction === 'out' && !policy.step))) return;
    const cause = `monitor alarm ${alarm.AlarmName} in state ALARM triggered policy ${policy.name}`;
    if (!(await this.#activities.scale(target, wanted, cause))) return;
    this.#acted.set(policy.arn, now);
    this.#last.set(idOf(target), { at: now, direction, from: capacity });
  }
}

function cooldown({ step, tracking }: ScalingPolicy, direction: 'in' | 'out'): number {
  const seconds =
    step?.Cooldown ??
    (direction === 'in' ? tracking?.ScaleInCooldown : tracking?.ScaleOutCooldown) ??
    0;
  return seconds * 1000;
}

function limited({ minimum, maximum }: ScalableTarget, capacity: number): number {
  return Math.max(minimum, Math.min(maximum, capacity));
}

/** The newest value that the alarm was judged by; a state that somebody has set has none. */
function lastValue({ StateReasonData }: Alarm): number | undefined {
  if (!StateReasonData) return undefined;
  const { recentDatapoints } = JSON.parse(StateReasonData) as { recentDatapoints?: number[] };
  return recentDatapoints?.at(-1);
}
