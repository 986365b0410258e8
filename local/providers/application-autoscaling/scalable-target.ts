import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { boolean, integer, parseInput } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import type { Collection } from '../../host/storage.ts';
import { scaledBy } from './scalable-dimension.ts';

/** What tells scalable targets apart. */
export interface TargetKey {
  readonly namespace: string;
  readonly resourceId: string;
  readonly dimension: string;
}

const suspended = z.object({
  DynamicScalingInSuspended: boolean.default(false),
  DynamicScalingOutSuspended: boolean.default(false),
  ScheduledScalingSuspended: boolean.default(false),
});

export interface ScalableTarget extends TargetKey {
  readonly arn: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly role: string;
  readonly suspended: z.output<typeof suspended>;
  readonly createdAt: number;
}

export const keyInput = z.object({
  ServiceNamespace: z.string(),
  ResourceId: z.string(),
  ScalableDimension: z.string(),
});

export function targetKey(input: z.output<typeof keyInput>): TargetKey {
  return {
    namespace: input.ServiceNamespace,
    resourceId: input.ResourceId,
    dimension: input.ScalableDimension,
  };
}

const capacity = integer.refine((value) => value >= 0, 'expected 0 or more');
const registerInput = keyInput.extend({
  MinCapacity: capacity.optional(),
  MaxCapacity: capacity.optional(),
  RoleARN: z.string().optional(),
  SuspendedState: suspended.optional(),
});
const describeInput = z.object({
  ServiceNamespace: z.string(),
  ResourceIds: z.array(z.string()).optional(),
  ScalableDimension: z.string().optional(),
  MaxResults: integer.default(50),
  NextToken: z.string().optional(),
});

/** What may be scaled, and between which limits. */
export class ScalableTargets {
  readonly #host: Host;
  readonly #targets: Collection<ScalableTarget>;

  constructor(host: Host) {
    this.#host = host;
    this.#targets = host.storage('application-autoscaling').collection('targets');
  }

  find(key: TargetKey): ScalableTarget | undefined {
    return this.#targets.get(idOf(key));
  }

  get(key: TargetKey): ScalableTarget {
    const found = this.find(key);
    if (found) return found;
    throw notFound('scalable target', key);
  }

  async register(input: unknown): Promise<ScalableTarget> {
    const given = parseInput(registerInput, input);
    const key = targetKey(given);
    const before = this.find(key);
    if (!before) await scaledBy(key).capacity(this.#host); // has to be there
    const minimum = given.MinCapacity ?? before?.minimum;
    const maximum = given.MaxCapacity ?? before?.maximum;
    if (minimum === undefined || maximum === undefined) {
      throw invalid('MinCapacity and MaxCapacity are needed to register a scalable target');
    }
    if (minimum > maximum) {
      throw invalid('Maximum capacity cannot be less than minimum capacity');
    }
    const target: ScalableTarget = {
      ...key,
      arn: before?.arn ?? this.#newArn(),
      minimum,
      maximum,
      role: given.RoleARN ?? before?.role ?? this.#serviceRole(),
      suspended: given.SuspendedState ?? before?.suspended ?? suspended.parse({}),
      createdAt: before?.createdAt ?? this.#host.clock.now(),
    };
    this.#targets.set(idOf(key), target);
    return target;
  }

  /** Other limits, of a scheduled action. */
  limit(key: TargetKey, limits: { minimum?: number | undefined; maximum?: number | undefined }) {
    const target = this.get(key);
    const minimum = limits.minimum ?? target.minimum;
    const maximum = limits.maximum ?? target.maximum;
    const limited = { ...target, minimum, maximum: Math.max(minimum, maximum) };
    this.#targets.set(idOf(key), limited);
    return limited;
  }

  deregister(key: TargetKey): void {
    this.#targets.delete(idOf(this.get(key)));
  }

  describe(input: unknown): Record<string, unknown> {
    const given = parseInput(describeInput, input);
    const found = this.#targets
      .values()
      .filter(
        ({ namespace, resourceId, dimension }) =>
          namespace === given.ServiceNamespace &&
          (given.ResourceIds === undefined || given.ResourceIds.includes(resourceId)) &&
          (given.ScalableDimension === undefined || given.ScalableDimension === dimension),
      );
    const { items, nextToken } = pageOf(
      found,
      given.NextToken,
      given.MaxResults,
      'InvalidNextTokenException',
    );
    return {
      ScalableTargets: items.map(describeTarget),
      ...(nextToken && { NextToken: nextToken }),
    };
  }

  operations(onDeregister: (key: TargetKey) => Promise<void>): Record<string, Operation> {
    return {
      RegisterScalableTarget: async (input) => ({
        ScalableTargetARN: (await this.register(input)).arn,
      }),
      DescribeScalableTargets: (input) => this.describe(input),
      DeregisterScalableTarget: async (input) => {
        const key = targetKey(parseInput(keyInput, input));
        this.deregister(key);
        await onDeregister(key);
        return {};
      },
    };
  }

  #newArn(): string {
    return this.#host.arn(
      'application-autoscaling',
      `scalable-target/${randomUUID().replaceAll('-', '')}`,
    );
  }

  #serviceRole(): string {
    return (
      `arn:aws:iam::${this.#host.account}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/` +
      'AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint'
    );
  }
}

export function idOf({ namespace, resourceId, dimension }: TargetKey): string {
  return `${resourceId}|${dimension}|${namespace}`;
}

export function describeKey({ namespace, resourceId, dimension }: TargetKey) {
  return {
    ServiceNamespace: namespace,
    ResourceId: resourceId,
    ScalableDimension: dimension,
  };
}

export function notFound(what: string, key: TargetKey): AwsError {
  return new AwsError(
    'ObjectNotFoundException',
    `No ${what} found for service namespace: ${key.namespace}, resource ID: ${key.resourceId}, ` +
      `scalable dimension: ${key.dimension}`,
  );
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

function describeTarget(target: ScalableTarget): Record<string, unknown> {
  return {
    ...describeKey(target),
    MinCapacity: target.minimum,
    MaxCapacity: target.maximum,
    RoleARN: target.role,
    CreationTime: new Date(target.createdAt),
    SuspendedState: target.suspended,
    ScalableTargetARN: target.arn,
  };
}
