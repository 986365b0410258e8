import { z } from 'zod';
import { integer } from '../../host/operation-input.ts';

const seconds = (least: number, most: number) =>
  integer.refine((value) => value >= least && value <= most, `expected ${least} to ${most}`);

const capacity = z.object({
  Type: z.enum(['INSTANCE_COUNT', 'CAPACITY_PERCENT', 'COPY_COUNT']),
  Value: integer.refine((value) => value >= 1, 'expected 1 or more'),
});

const rollingPolicy = z.object({
  MaximumBatchSize: capacity,
  WaitIntervalInSeconds: seconds(0, 3600),
  MaximumExecutionTimeoutInSeconds: seconds(600, 28_800).optional(),
  RollbackMaximumBatchSize: capacity.optional(),
});

const blueGreenPolicy = z.object({
  TrafficRoutingConfiguration: z.object({
    Type: z.enum(['ALL_AT_ONCE', 'CANARY', 'LINEAR']),
    WaitIntervalInSeconds: seconds(0, 3600),
    CanarySize: capacity.optional(),
    LinearStepSize: capacity.optional(),
  }),
  TerminationWaitInSeconds: seconds(0, 3600).default(0),
  MaximumExecutionTimeoutInSeconds: seconds(600, 28_800).optional(),
});

/** How an update goes: with which policy, and watched by which alarms. */
export const deploymentConfig = z.object({
  BlueGreenUpdatePolicy: blueGreenPolicy.optional(),
  RollingUpdatePolicy: rollingPolicy.optional(),
  AutoRollbackConfiguration: z
    .object({
      Alarms: z
        .array(z.object({ AlarmName: z.string() }))
        .max(10)
        .default([]),
    })
    .optional(),
});

export type CapacitySize = z.output<typeof capacity>;
export type DeploymentConfig = z.output<typeof deploymentConfig>;

/** So much of the traffic goes to the new fleet, and then so long nothing changes. */
export interface RolloutStep {
  /** Instances of the new fleet that take requests. */
  readonly instances: number;
  readonly share: number;
  readonly waitMs: number;
}

export interface RolloutPlan {
  readonly kind: 'blue-green' | 'rolling';
  readonly steps: readonly RolloutStep[];
  readonly terminationWaitMs: number;
  readonly limitMs: number;
  readonly alarms: readonly string[];
}

/** AWS's default for MaximumExecutionTimeoutInSeconds is not written down; this is its longest. */
const LIMIT_SECONDS = 28_800;

/** The steps of an update of so many instances; throws an Error for what SageMaker refuses. */
export function planRollout(
  config: DeploymentConfig | undefined,
  instances: number,
  variants: number,
): RolloutPlan {
  const alarms = (config?.AutoRollbackConfiguration?.Alarms ?? []).map((one) => one.AlarmName);
  const rolling = config?.RollingUpdatePolicy;
  const blueGreen = config?.BlueGreenUpdatePolicy;
  if (rolling && blueGreen) {
    throw new Error('A deployment takes either BlueGreenUpdatePolicy or RollingUpdatePolicy');
  }
  if (rolling && instances > 0) {
    if (variants > 1) throw new Error('Rolling updates are not supported with several variants');
    const batch = sizeOf('MaximumBatchSize', rolling.MaximumBatchSize, instances, [5, 50]);
    const waitMs = rolling.WaitIntervalInSeconds * 1000;
    const limitMs = (rolling.MaximumExecutionTimeoutInSeconds ?? LIMIT_SECONDS) * 1000;
    const steps = stepsBy(batch, instances, waitMs);
    return { kind: 'rolling', steps, terminationWaitMs: 0, limitMs, alarms };
  }
  // A fleet without instances has nothing to shift step by step.
  const watched = instances > 0 ? blueGreen : undefined;
  const limitMs = (blueGreen?.MaximumExecutionTimeoutInSeconds ?? LIMIT_SECONDS) * 1000;
  const terminationWaitMs = (blueGreen?.TerminationWaitInSeconds ?? 0) * 1000;
  const steps = watched
    ? blueGreenSteps(watched.TrafficRoutingConfiguration, instances)
    : [{ instances, share: 1, waitMs: 0 }];
  return { kind: 'blue-green', steps, terminationWaitMs, limitMs, alarms };
}

type Routing = z.output<typeof blueGreenPolicy>['TrafficRoutingConfiguration'];

function blueGreenSteps(routing: Routing, instances: number): RolloutStep[] {
  const waitMs = routing.WaitIntervalInSeconds * 1000;
  const all = { instances, share: 1, waitMs };
  if (routing.Type === 'ALL_AT_ONCE') return [all];
  if (routing.Type === 'CANARY') {
    if (!routing.CanarySize) throw new Error('The traffic routing CANARY needs a CanarySize');
    const canary = sizeOf('CanarySize', routing.CanarySize, instances, [1, 50]);
    return [{ instances: canary, share: canary / instances, waitMs }, all];
  }
  if (!routing.LinearStepSize) throw new Error('The traffic routing LINEAR needs a LinearStepSize');
  return stepsBy(
    sizeOf('LinearStepSize', routing.LinearStepSize, instances, [10, 50]),
    instances,
    waitMs,
  );
}

function stepsBy(batch: number, instances: number, waitMs: number): RolloutStep[] {
  const steps: RolloutStep[] = [];
  for (let done = batch; done < instances; done += batch) {
    steps.push({ instances: done, share: done / instances, waitMs });
  }
  return [...steps, { instances, share: 1, waitMs }];
}

/** A batch in whole instances, at least one: nothing smaller can take traffic. */
function sizeOf(
  name: string,
  { Type, Value }: CapacitySize,
  instances: number,
  [least, most]: readonly [number, number],
): number {
  const isPercent = Type === 'CAPACITY_PERCENT';
  if (isPercent && (Value < least || Value > most)) {
    throw new Error(`${name} must be ${least} to ${most} percent, but is ${Value}`);
  }
  const size = isPercent ? Math.max(1, Math.floor((instances * Value) / 100)) : Value;
  if (instances > 1 ? size > instances / 2 : name !== 'MaximumBatchSize') {
    throw new Error(
      `${name} of ${isPercent ? `${Value} percent` : Value} is more than 50 percent of the variant's ` +
        `${instances} instance${instances === 1 ? '' : 's'}`,
    );
  }
  return size;
}
