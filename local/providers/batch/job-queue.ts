import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { integer, parseInput } from '../../host/operation-input.ts';
import type { Operation } from '../../host/provider.ts';
import type { Collection } from '../../host/storage.ts';
import { type ComputeEnvironment, type ComputeEnvironments, state } from './compute-environment.ts';

const order = z
  .array(z.object({ order: integer, computeEnvironment: z.string() }))
  .min(1)
  .max(3);
const createInput = z.object({
  jobQueueName: z.string().regex(/^[A-Za-z0-9][\w-]{0,127}$/, 'expected letters, digits, - and _'),
  state: state.default('ENABLED'),
  priority: integer.refine((value) => value >= 0 && value <= 1000, 'expected 0 to 1000'),
  computeEnvironmentOrder: order,
  tags: z.record(z.string(), z.string()).default({}),
});
const updateInput = z.object({
  jobQueue: z.string(),
  state: state.optional(),
  priority: integer.optional(),
  computeEnvironmentOrder: order.optional(),
});

export interface JobQueue {
  readonly name: string;
  readonly arn: string;
  readonly state: z.output<typeof state>;
  readonly priority: number;
  readonly environments: z.output<typeof order>;
  readonly tags: Readonly<Record<string, string>>;
}

/** Job queues, and the compute environments that take jobs from them. */
export class JobQueues {
  readonly #host: Host;
  readonly #environments: ComputeEnvironments;
  readonly #queues: Collection<JobQueue>;

  constructor(host: Host, environments: ComputeEnvironments) {
    this.#host = host;
    this.#environments = environments;
    this.#queues = host.storage('batch').collection('job-queues');
  }

  all(): JobQueue[] {
    return this.#queues.values();
  }

  /** By name or ARN. */
  find(reference: string): JobQueue | undefined {
    return this.#queues.get(reference.split('/').at(-1) as string);
  }

  get(reference: string): JobQueue {
    const found = this.find(reference);
    if (found) return found;
    throw new AwsError('ClientException', `JobQueue ${reference} not found`);
  }

  /** The first of the queue's environments that takes jobs. */
  environmentOf(queue: JobQueue): ComputeEnvironment | undefined {
    return queue.environments
      .toSorted((a, b) => a.order - b.order)
      .map(({ computeEnvironment }) => this.#environments.find(computeEnvironment))
      .find((environment) => environment?.state === 'ENABLED');
  }

  create(input: unknown): JobQueue {
    const given = parseInput(createInput, input, 'ClientException');
    const name = given.jobQueueName;
    if (this.#queues.has(name)) {
      throw new AwsError('ClientException', `Object already exists: ${name}`);
    }
    const queue: JobQueue = {
      name,
      arn: this.#host.arn('batch', `job-queue/${name}`),
      state: given.state,
      priority: given.priority,
      environments: this.#known(given.computeEnvironmentOrder),
      tags: given.tags,
    };
    this.#queues.set(name, queue);
    return queue;
  }

  update(input: unknown): JobQueue {
    const given = parseInput(updateInput, input, 'ClientException');
    const before = this.get(given.jobQueue);
    const changed = {
      ...before,
      ...(given.state && { state: given.state }),
      ...(given.priority !== undefined && { priority: given.priority }),
      ...(given.computeEnvironmentOrder && {
        environments: this.#known(given.computeEnvironmentOrder),
      }),
    };
    this.#queues.set(before.name, changed);
    return changed;
  }

  /** Deleting what is not there is no error, as in AWS. */
  delete(reference: string): void {
    const found = this.find(reference);
    if (found) this.#queues.delete(found.name);
  }

  #known(environments: JobQueue['environments']): JobQueue['environments'] {
    for (const { computeEnvironment } of environments) this.#environments.get(computeEnvironment);
    return environments;
  }
}

const referenceInput = z.object({ jobQueue: z.string() });
const describeInput = z.object({ jobQueues: z.array(z.string()).optional() });

export function jobQueueOperations(queues: JobQueues): Record<string, Operation> {
  const named = ({ name, arn }: JobQueue) => ({ jobQueueName: name, jobQueueArn: arn });
  return {
    CreateJobQueue: (input) => named(queues.create(input)),
    UpdateJobQueue: (input) => named(queues.update(input)),
    DeleteJobQueue: (input) => {
      queues.delete(parseInput(referenceInput, input, 'ClientException').jobQueue);
      return {};
    },
    DescribeJobQueues: (input) => {
      const { jobQueues } = parseInput(describeInput, input, 'ClientException');
      const chosen = jobQueues?.flatMap((one) => queues.find(one) ?? []) ?? queues.all();
      return {
        jobQueues: chosen.map((queue) => ({
          ...named(queue),
          state: queue.state,
          status: 'VALID',
          statusReason: 'JobQueue Healthy',
          priority: queue.priority,
          computeEnvironmentOrder: queue.environments,
          jobQueueType: 'ECS',
          tags: queue.tags,
        })),
      };
    },
  };
}
