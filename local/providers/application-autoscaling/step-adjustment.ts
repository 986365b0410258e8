import type { StepScaling } from './policy-input.ts';

/**
 * The capacity that a step scaling policy wants of one that has `capacity`, when the metric is `value`
 * and its alarm's threshold `threshold`; undefined when no step is for that value.
 */
export function adjustedCapacity(
  policy: StepScaling,
  capacity: number,
  value: number,
  threshold: number,
): number | undefined {
  const distance = value - threshold;
  const { StepAdjustments: steps } = policy;
  const above = distance >= 0 ? steps.find((one) => isAbove(one, distance)) : undefined;
  const step = above ?? (distance <= 0 ? steps.find((one) => isBelow(one, distance)) : undefined);
  if (!step) return undefined;
  const { ScalingAdjustment: adjustment } = step;
  if (policy.AdjustmentType === 'ExactCapacity') return adjustment;
  if (policy.AdjustmentType === 'ChangeInCapacity') return capacity + adjustment;
  const change = (capacity * adjustment) / 100;
  // AWS rounds away from zero below one, and towards zero above.
  const whole = Math.abs(change) < 1 ? Math.sign(change) : Math.trunc(change);
  const least = policy.MinAdjustmentMagnitude ?? 0;
  return capacity + Math.sign(adjustment) * Math.max(Math.abs(whole), least);
}

/** The capacity at which a metric per unit of capacity would be at its target. */
export function trackedCapacity(capacity: number, value: number, target: number): number {
  return Math.ceil((capacity * value) / target);
}

type Step = StepScaling['StepAdjustments'][number];

/** Above the threshold the lower bound belongs to a step, below it the upper one. */
function isAbove(
  { MetricIntervalLowerBound: lower, MetricIntervalUpperBound: upper }: Step,
  distance: number,
): boolean {
  return (
    distance >= (lower ?? Number.NEGATIVE_INFINITY) &&
    distance < (upper ?? Number.POSITIVE_INFINITY)
  );
}

function isBelow(
  { MetricIntervalLowerBound: lower, MetricIntervalUpperBound: upper }: Step,
  distance: number,
): boolean {
  return (
    distance > (lower ?? Number.NEGATIVE_INFINITY) &&
    distance <= (upper ?? Number.POSITIVE_INFINITY)
  );
}
