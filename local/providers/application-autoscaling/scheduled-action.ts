import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Timer } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { integer, parseInput, timestamp } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import { parseSchedule } from '../../host/schedule.ts';
import type { Collection } from '../../host/storage.ts';
import { scaledBy } from './scalable-dimension.ts';
import {
  describeKey,
  idOf,
  invalid,
  keyInput,
  notFound,
  type ScalableTargets,
  type TargetKey,
  targetKey,
} from './scalable-target.ts';
import type { ScalingActivities } from './scaling-activity.ts';

const putInput = keyInput.extend({
  ScheduledActionName: z.string().min(1),
  Schedule: z.string().optional(),
  Timezone: z.string().default('UTC'),
  StartTime: timestamp.optional(),
  EndTime: timestamp.optional(),
  ScalableTargetAction: z
    .object({ MinCapacity: integer.optional(), MaxCapacity: integer.optional() })
    .optional(),
});
const deleteInput = keyInput.extend({ ScheduledActionName: z.string() });
const describeInput = z.object({
  ServiceNamespace: z.string(),
  ResourceId: z.string().optional(),
  ScalableDimension: z.string().optional(),
  ScheduledActionNames: z.array(z.string()).optional(),
  MaxResults: integer.default(50),
  NextToken: z.string().optional(),
});

interface ScheduledAction {
  readonly key: TargetKey;
  readonly name: string;
  readonly arn: string;
  readonly schedule: string;
  readonly timezone: string;
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly createdAt: number;
}

/** Limits that change by the clock. */
export class ScheduledActions {
  readonly #host: Host;
  readonly #targets: ScalableTargets;
  readonly #activities: ScalingActivities;
  readonly #actions: Collection<ScheduledAction>;
  readonly #timers = new Map<string, Timer>();
  #running: Promise<void> = Promise.resolve();

  constructor(host: Host, targets: ScalableTargets, activities: ScalingActivities) {
    this.#host = host;
    this.#targets = targets;
    this.#activities = activities;
    this.#actions = host.storage('application-autoscaling').collection('scheduled-actions');
  }

  of(key: TargetKey): ScheduledAction[] {
    return this.#actions.values().filter((action) => idOf(action.key) === idOf(key));
  }

  put(input: unknown): void {
    const given = parseInput(putInput, input);
    const key = targetKey(given);
    const { arn: targetArn } = this.#targets.get(key);
    const name = given.ScheduledActionName;
    const before = this.#actions.get(storeKey(key, name));
    const schedule = given.Schedule ?? before?.schedule;
    if (schedule === undefined) throw invalid('A scheduled action needs a Schedule');
    try {
      parseSchedule(schedule, given.Timezone);
    } catch (error) {
      throw invalid((error as Error).message);
    }
    this.#actions.set(storeKey(key, name), {
      key,
      name,
      arn: before?.arn ?? `${targetArn}:scheduledActionName/${name}`,
      schedule,
      timezone: given.Timezone,
      startTime: given.StartTime,
      endTime: given.EndTime,
      minimum: given.ScalableTargetAction?.MinCapacity ?? before?.minimum,
      maximum: given.ScalableTargetAction?.MaxCapacity ?? before?.maximum,
      createdAt: before?.createdAt ?? this.#host.clock.now(),
    });
    this.#arm(storeKey(key, name));
  }

  delete(key: TargetKey, name: string): void {
    const id = storeKey(key, name);
    if (!this.#actions.has(id)) throw notFound(`scheduled action ${name}`, key);
    this.#actions.delete(id);
    this.#timers.get(id)?.cancel();
    this.#timers.delete(id);
  }

  start(): void {
    for (const id of this.#actions.keys()) this.#arm(id);
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers.values()) timer.cancel();
    await this.#running;
  }

  operations(): Record<string, Operation> {
    return {
      PutScheduledAction: (input) => {
        this.put(input);
        return {};
      },
      DeleteScheduledAction: (input) => {
        const given = parseInput(deleteInput, input);
        this.delete(targetKey(given), given.ScheduledActionName);
        return {};
      },
      DescribeScheduledActions: (input) => {
        const given = parseInput(describeInput, input);
        const found = this.#actions
          .values()
          .filter(
            ({ key, name }) =>
              key.namespace === given.ServiceNamespace &&
              (given.ResourceId === undefined || given.ResourceId === key.resourceId) &&
              (given.ScalableDimension === undefined ||
                given.ScalableDimension === key.dimension) &&
              (given.ScheduledActionNames === undefined ||
                given.ScheduledActionNames.includes(name)),
          );
        const { items, nextToken } = pageOf(
          found,
          given.NextToken,
          given.MaxResults,
          'InvalidNextTokenException',
        );
        return {
          ScheduledActions: items.map(describe),
          ...(nextToken && { NextToken: nextToken }),
        };
      },
    };
  }

  #arm(id: string): void {
    this.#timers.get(id)?.cancel();
    const action = this.#actions.get(id);
    if (!action) return;
    const { clock } = this.#host;
    const since = action.startTime ?? action.createdAt;
    const after = Math.max(clock.now(), (action.startTime ?? 0) - 1);
    const due = parseSchedule(action.schedule, action.timezone).next(after, since);
    if (due === undefined || due > (action.endTime ?? Number.POSITIVE_INFINITY)) return;
    const run = () => {
      this.#arm(id);
      this.#running = this.#running.then(() => this.#run(action));
    };
    this.#timers.set(id, clock.at(due, run));
  }

  /** Sets the limits, and a capacity that lies outside of them. */
  async #run(action: ScheduledAction): Promise<void> {
    try {
      if (this.#targets.get(action.key).suspended.ScheduledScalingSuspended) return;
      const { minimum, maximum } = this.#targets.limit(action.key, action);
      const capacity = await scaledBy(action.key).capacity(this.#host);
      const wanted = Math.max(minimum, Math.min(maximum, capacity));
      if (wanted === capacity) return;
      const cause = `scheduled action name ${action.name} was triggered`;
      if (await this.#activities.scale(action.key, wanted, cause)) return;
      this.#retry(action);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#host.log.warn(`Scheduled action ${action.name} failed: ${error.message}`);
    }
  }

  /** What is being updated right now is scaled a minute later. */
  #retry(action: ScheduledAction): void {
    const { clock } = this.#host;
    const id = `${storeKey(action.key, action.name)}|retry`;
    const run = () => {
      this.#running = this.#running.then(() => this.#run(action));
    };
    this.#timers.get(id)?.cancel();
    this.#timers.set(id, clock.at(clock.now() + 60_000, run));
  }
}

function storeKey(key: TargetKey, name: string): string {
  return `${idOf(key)}|${name}`;
}

function describe(action: ScheduledAction): Record<string, unknown> {
  const { startTime, endTime, minimum, maximum } = action;
  return {
    ScheduledActionName: action.name,
    ScheduledActionARN: action.arn,
    ...describeKey(action.key),
    Schedule: action.schedule,
    Timezone: action.timezone,
    ...(startTime !== undefined && { StartTime: new Date(startTime) }),
    ...(endTime !== undefined && { EndTime: new Date(endTime) }),
    ScalableTargetAction: {
      ...(minimum !== undefined && { MinCapacity: minimum }),
      ...(maximum !== undefined && { MaxCapacity: maximum }),
    },
    CreationTime: new Date(action.createdAt),
  };
}
