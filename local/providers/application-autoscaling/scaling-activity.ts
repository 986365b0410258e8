import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { integer, parseInput } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import type { Collection } from '../../host/storage.ts';
import { scaledBy } from './scalable-dimension.ts';
import { describeKey, type TargetKey } from './scalable-target.ts';

/** AWS keeps six weeks of them; here are as many as anyone will look at. */
const KEPT = 200;

interface Activity {
  readonly id: string;
  readonly number: number;
  readonly key: TargetKey;
  readonly description: string;
  readonly cause: string;
  readonly status: 'Successful' | 'Failed';
  readonly message: string;
  readonly time: number;
}

const describeInput = z.object({
  ServiceNamespace: z.string(),
  ResourceId: z.string().optional(),
  ScalableDimension: z.string().optional(),
  MaxResults: integer.default(50),
  NextToken: z.string().optional(),
});

/** Every change of a capacity, with its cause. */
export class ScalingActivities {
  readonly #host: Host;
  readonly #activities: Collection<Activity>;

  constructor(host: Host) {
    this.#host = host;
    this.#activities = host.storage('application-autoscaling').collection('activities');
  }

  /** Sets a capacity and says why; false when what is scaled cannot be changed right now. */
  async scale(key: TargetKey, capacity: number, cause: string): Promise<boolean> {
    const scaled = scaledBy(key);
    const description = `Setting desired ${scaled.unit} to ${capacity}.`;
    try {
      await scaled.setCapacity(this.#host, capacity);
      const message = `Successfully set desired ${scaled.unit} to ${capacity}. Change successfully fulfilled by sagemaker.`;
      this.#add({ key, description, cause, status: 'Successful', message });
      this.#host.log.info(`Auto scaling of ${key.resourceId}: ${description} ${cause}`);
      return true;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // An update in progress passes; whoever wanted this tries again.
      if (!error.message.startsWith('Cannot update in-progress')) {
        this.#add({ key, description, cause, status: 'Failed', message: error.message });
        this.#host.log.warn(`Auto scaling of ${key.resourceId} failed: ${error.message}`);
      }
      return false;
    }
  }

  operations(): Record<string, Operation> {
    return {
      DescribeScalingActivities: (input) => {
        const given = parseInput(describeInput, input);
        const found = this.#activities
          .values()
          .filter(
            ({ key }) =>
              key.namespace === given.ServiceNamespace &&
              (given.ResourceId === undefined || given.ResourceId === key.resourceId) &&
              (given.ScalableDimension === undefined || given.ScalableDimension === key.dimension),
          )
          .sort((a, b) => b.number - a.number);
        const { items, nextToken } = pageOf(
          found,
          given.NextToken,
          given.MaxResults,
          'InvalidNextTokenException',
        );
        return {
          ScalingActivities: items.map(describe),
          ...(nextToken && { NextToken: nextToken }),
        };
      },
    };
  }

  #add(activity: Omit<Activity, 'id' | 'number' | 'time'>): void {
    const known = this.#activities.values().sort((a, b) => a.number - b.number);
    const number = (known.at(-1)?.number ?? 0) + 1;
    const id = randomUUID();
    this.#activities.set(id, { ...activity, id, number, time: this.#host.clock.now() });
    for (const old of known.slice(0, Math.max(0, known.length - KEPT))) {
      this.#activities.delete(old.id);
    }
  }
}

function describe(activity: Activity): Record<string, unknown> {
  return {
    ActivityId: activity.id,
    ...describeKey(activity.key),
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.time),
    EndTime: new Date(activity.time),
    StatusCode: activity.status,
    StatusMessage: activity.message,
  };
}
