import { z } from 'zod';
import { boolean, integer, number } from '../../host/operation-input.ts';
import { keyInput } from './scalable-target.ts';

/** AWS's cooldown for SageMaker's dimensions. */
const COOLDOWN = 300;

const cooldown = integer.refine((value) => value >= 0, 'expected 0 or more').default(COOLDOWN);

/** Metrics that have a name here: what CloudWatch is asked for. */
export const PREDEFINED = {
  SageMakerVariantInvocationsPerInstance: {
    MetricName: 'InvocationsPerInstance',
    Statistic: 'Sum',
    Period: 60,
  },
  SageMakerVariantConcurrentRequestsPerModelHighResolution: {
    MetricName: 'ConcurrentRequestsPerModel',
    Statistic: 'Maximum',
    Period: 10,
  },
  SageMakerInferenceComponentInvocationsPerCopy: {
    MetricName: 'InvocationsPerCopy',
    Statistic: 'Sum',
    Period: 60,
  },
  SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution: {
    MetricName: 'ConcurrentRequestsPerCopy',
    Statistic: 'Maximum',
    Period: 10,
  },
} as const;

type Predefined = keyof typeof PREDEFINED;

const targetTracking = z
  .object({
    TargetValue: number.refine((value) => value > 0, 'expected more than 0'),
    PredefinedMetricSpecification: z
      .looseObject({
        PredefinedMetricType: z.enum(Object.keys(PREDEFINED) as [Predefined, ...Predefined[]]),
      })
      .optional(),
    CustomizedMetricSpecification: z
      .object({
        Namespace: z.string().optional(),
        MetricName: z.string().optional(),
        Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
        Statistic: z.string().optional(),
        Unit: z.string().optional(),
        Metrics: z.array(z.record(z.string(), z.unknown())).optional(),
      })
      .optional(),
    ScaleInCooldown: cooldown,
    ScaleOutCooldown: cooldown,
    DisableScaleIn: boolean.default(false),
  })
  .refine(
    (given) => !given.PredefinedMetricSpecification !== !given.CustomizedMetricSpecification,
    'expected either PredefinedMetricSpecification or CustomizedMetricSpecification',
  );

const stepScaling = z.object({
  AdjustmentType: z.enum(['ChangeInCapacity', 'PercentChangeInCapacity', 'ExactCapacity']),
  StepAdjustments: z
    .array(
      z.object({
        MetricIntervalLowerBound: number.optional(),
        MetricIntervalUpperBound: number.optional(),
        ScalingAdjustment: integer,
      }),
    )
    .min(1),
  MinAdjustmentMagnitude: integer.optional(),
  Cooldown: cooldown,
  MetricAggregationType: z.enum(['Average', 'Minimum', 'Maximum']).default('Average'),
});

export const policyInput = keyInput.extend({
  PolicyName: z.string().min(1).max(256),
  PolicyType: z.enum(['StepScaling', 'TargetTrackingScaling']).default('StepScaling'),
  TargetTrackingScalingPolicyConfiguration: targetTracking.optional(),
  StepScalingPolicyConfiguration: stepScaling.optional(),
});

export const policyNameInput = keyInput.extend({ PolicyName: z.string() });

export const describePoliciesInput = z.object({
  ServiceNamespace: z.string(),
  ResourceId: z.string().optional(),
  ScalableDimension: z.string().optional(),
  PolicyNames: z.array(z.string()).optional(),
  MaxResults: integer.default(50),
  NextToken: z.string().optional(),
});

export type TargetTracking = z.output<typeof targetTracking>;
export type StepScaling = z.output<typeof stepScaling>;
