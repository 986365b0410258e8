import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adjustedCapacity,
  trackedCapacity,
} from '../../../../local/providers/application-autoscaling/step-adjustment.ts';

const policy = {
  AdjustmentType: 'ChangeInCapacity' as const,
  Cooldown: 300,
  MetricAggregationType: 'Average' as const,
  StepAdjustments: [
    { MetricIntervalUpperBound: -10, ScalingAdjustment: -2 },
    { MetricIntervalLowerBound: -10, MetricIntervalUpperBound: 0, ScalingAdjustment: -1 },
    { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
    { MetricIntervalLowerBound: 10, ScalingAdjustment: 3 },
  ],
};

describe('a step', () => {
  it.each([
    [30, 2],
    [40, 2],
    [45, 3],
    [50, 5],
    [59, 5],
    [60, 7],
  ])('for a value of %d around a threshold of 50 makes 4 to %d', (value, capacity) => {
    expect(adjustedCapacity(policy, 4, value, 50)).toBe(capacity);
  });

  it.each([
    [10, 1, 11],
    [10, 25, 12],
    [1, 10, 2],
    [10, -25, 8],
    [1, -10, 0],
  ])('of percent rounds as AWS does: %d by %d is %d', (capacity, ScalingAdjustment, result) => {
    const StepAdjustments = [{ MetricIntervalLowerBound: 0, ScalingAdjustment }];
    const percent = {
      ...policy,
      AdjustmentType: 'PercentChangeInCapacity' as const,
      StepAdjustments,
    };
    expect(adjustedCapacity(percent, capacity, 60, 50)).toBe(result);
  });

  it('changes by no less than the policy says', () => {
    const StepAdjustments = [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 10 }];
    const AdjustmentType = 'PercentChangeInCapacity' as const;
    const least = { ...policy, AdjustmentType, StepAdjustments, MinAdjustmentMagnitude: 3 };
    expect(adjustedCapacity(least, 10, 60, 50)).toBe(13);
  });

  it('of an exact capacity is that capacity, and no step is none', () => {
    const StepAdjustments = [{ MetricIntervalLowerBound: 5, ScalingAdjustment: 7 }];
    const exact = { ...policy, AdjustmentType: 'ExactCapacity' as const, StepAdjustments };
    expect(adjustedCapacity(exact, 1, 60, 50)).toBe(7);
    expect(adjustedCapacity(exact, 1, 52, 50)).toBeUndefined();
  });
});

describe('a tracked capacity', () => {
  it('brings the metric to its target or below, and is no larger than that needs', () => {
    const counts = fc.integer({ min: 1, max: 50 });
    const values = fc.integer({ min: 0, max: 5000 });
    fc.assert(
      fc.property(counts, values, fc.integer({ min: 1, max: 500 }), (capacity, value, target) => {
        const wanted = trackedCapacity(capacity, value, target);
        expect(wanted * target).toBeGreaterThanOrEqual(capacity * value);
        expect((wanted - 1) * target).toBeLessThan(Math.max(1, capacity * value));
      }),
    );
  });
});
