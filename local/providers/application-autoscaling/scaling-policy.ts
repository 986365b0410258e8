import { randomUUID } from 'node:crypto';
import type { Host } from '../../host/host.ts';
import { parseInput } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import type { Collection } from '../../host/storage.ts';
import {
  describePoliciesInput,
  policyInput,
  policyNameInput,
  type StepScaling,
  type TargetTracking,
} from './policy-input.ts';
import {
  describeKey,
  idOf,
  invalid,
  notFound,
  type ScalableTargets,
  type TargetKey,
  targetKey,
} from './scalable-target.ts';
import { type TrackingAlarms, trackingAlarms } from './tracking-alarms.ts';

export interface ScalingPolicy {
  readonly key: TargetKey;
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly tracking?: TargetTracking;
  /** Alarms that a policy of target tracking has made for itself. */
  readonly alarms?: TrackingAlarms;
  readonly step?: StepScaling;
}

/** What to do to a capacity when an alarm goes off; target tracking brings alarms of its own. */
export class ScalingPolicies {
  readonly #host: Host;
  readonly #targets: ScalableTargets;
  readonly #policies: Collection<ScalingPolicy>;

  constructor(host: Host, targets: ScalableTargets) {
    this.#host = host;
    this.#targets = targets;
    this.#policies = host.storage('application-autoscaling').collection('policies');
  }

  all(): ScalingPolicy[] {
    return this.#policies.values();
  }

  of(key: TargetKey): ScalingPolicy[] {
    return this.all().filter((policy) => idOf(policy.key) === idOf(key));
  }

  async put(input: unknown): Promise<ScalingPolicy> {
    const given = parseInput(policyInput, input);
    const key = targetKey(given);
    this.#targets.get(key);
    const tracking = given.TargetTrackingScalingPolicyConfiguration;
    const step = given.StepScalingPolicyConfiguration;
    const isTracking = given.PolicyType === 'TargetTrackingScaling';
    if (isTracking ? !tracking || step : !step || tracking) {
      throw invalid(
        `A policy of type ${given.PolicyType} needs its own configuration, and no other`,
      );
    }
    const name = given.PolicyName;
    const before = this.#policies.get(storeKey(key, name));
    const arn = before?.arn ?? this.#newArn(key, name);
    const alarms = tracking && trackingAlarms(key, arn, tracking);
    for (const alarm of Object.values(alarms ?? {})) {
      if (alarm) await this.#host.call('cloudwatch', 'PutMetricAlarm', { ...alarm });
    }
    const kept = Object.values(alarms ?? {}).map((alarm) => alarm?.AlarmName);
    await this.#deleteAlarms(alarmNames(before).filter((one) => !kept.includes(one)));
    const policy: ScalingPolicy = {
      key,
      name,
      arn,
      createdAt: before?.createdAt ?? this.#host.clock.now(),
      ...(tracking && { tracking }),
      ...(alarms && { alarms }),
      ...(step && { step }),
    };
    this.#policies.set(storeKey(key, name), policy);
    return policy;
  }

  async delete(key: TargetKey, name: string): Promise<void> {
    const policy = this.#policies.get(storeKey(key, name));
    if (!policy) throw notFound(`scaling policy ${name}`, key);
    this.#policies.delete(storeKey(key, name));
    await this.#deleteAlarms(alarmNames(policy));
  }

  operations(): Record<string, Operation> {
    return {
      PutScalingPolicy: async (input) => {
        const policy = await this.put(input);
        return { PolicyARN: policy.arn, Alarms: this.#describeAlarms(policy) };
      },
      DescribeScalingPolicies: (input) => {
        const given = parseInput(describePoliciesInput, input);
        const found = this.all().filter(
          ({ key, name }) =>
            key.namespace === given.ServiceNamespace &&
            (given.ResourceId === undefined || given.ResourceId === key.resourceId) &&
            (given.ScalableDimension === undefined || given.ScalableDimension === key.dimension) &&
            (given.PolicyNames === undefined || given.PolicyNames.includes(name)),
        );
        const { items, nextToken } = pageOf(
          found,
          given.NextToken,
          given.MaxResults,
          'InvalidNextTokenException',
        );
        return {
          ScalingPolicies: items.map((policy) => this.#describe(policy)),
          ...(nextToken && { NextToken: nextToken }),
        };
      },
      DeleteScalingPolicy: async (input) => {
        const given = parseInput(policyNameInput, input);
        await this.delete(targetKey(given), given.PolicyName);
        return {};
      },
    };
  }

  async #deleteAlarms(AlarmNames: readonly string[]): Promise<void> {
    if (AlarmNames.length === 0) return;
    try {
      await this.#host.call('cloudwatch', 'DeleteAlarms', { AlarmNames });
    } catch (error) {
      this.#host.log.warn(
        `Alarms of a scaling policy were not deleted: ${(error as Error).message}`,
      );
    }
  }

  #newArn({ namespace, resourceId }: TargetKey, name: string): string {
    const resource = `scalingPolicy:${randomUUID()}:resource/${namespace}/${resourceId}:policyName/${name}`;
    return this.#host.arn('autoscaling', resource);
  }

  #describe(policy: ScalingPolicy): Record<string, unknown> {
    const { key, name, arn, createdAt, tracking, step } = policy;
    return {
      PolicyARN: arn,
      PolicyName: name,
      ...describeKey(key),
      PolicyType: tracking ? 'TargetTrackingScaling' : 'StepScaling',
      ...(tracking && { TargetTrackingScalingPolicyConfiguration: tracking }),
      ...(step && { StepScalingPolicyConfiguration: step }),
      Alarms: this.#describeAlarms(policy),
      CreationTime: new Date(createdAt),
    };
  }

  #describeAlarms(policy: ScalingPolicy) {
    return alarmNames(policy).map((AlarmName) => ({
      AlarmName,
      AlarmARN: this.#host.arn('cloudwatch', `alarm:${AlarmName}`),
    }));
  }
}

function storeKey(key: TargetKey, name: string): string {
  return `${idOf(key)}|${name}`;
}

function alarmNames(policy: ScalingPolicy | undefined): string[] {
  const { high, low } = policy?.alarms ?? {};
  return [high, low].flatMap((alarm) => (alarm ? [alarm.AlarmName] : []));
}
