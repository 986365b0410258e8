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
  const step = policy.StepAdjustments.find((one) => isFor(one, distance));
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

/** Above the threshold the lower bound belongs to a step, below it the upper one, and on it both. */
function isFor(step: StepScaling['StepAdjustments'][number], distance: number): boolean {
  const lower = step.MetricIntervalLowerBound ?? Number.NEGATIVE_INFINITY;
  const upper = step.MetricIntervalUpperBound ?? Number.POSITIVE_INFINITY;
  return (
    (distance >= 0 && distance >= lower && distance < upper) ||
    (distance <= 0 && distance > lower && distance <= upper)
  );
}
