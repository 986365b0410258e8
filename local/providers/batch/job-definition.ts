import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { integer, parseInput } from '../../host/operation-input.ts';
import type { Operation } from '../../host/provider.ts';
import type { Collection } from '../../host/storage.ts';
import { retryStrategySchema } from './retry-strategy.ts';

export const keyValues = z.array(z.object({ name: z.string(), value: z.string() }));
export const resourceRequirements = z.array(
  z.object({ type: z.enum(['VCPU', 'MEMORY', 'GPU']), value: z.string() }),
);

const container = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).default([]),
  environment: keyValues.default([]),
  resourceRequirements: resourceRequirements.default([]),
  logConfiguration: z
    .looseObject({ logDriver: z.string(), options: z.record(z.string(), z.string()).default({}) })
    .optional(),
});

export const timeoutSchema = z.object({
  attemptDurationSeconds: integer.refine((seconds) => seconds >= 60, 'expected 60 at least'),
});

const registerInput = z.object({
  jobDefinitionName: z
    .string()
    .regex(/^[A-Za-z0-9][\w-]{0,127}$/, 'expected letters, digits, - and _'),
  type: z.literal('container', 'the local cloud runs definitions of type container only'),
  parameters: z.record(z.string(), z.string()).default({}),
  containerProperties: container,
  retryStrategy: retryStrategySchema.default({}),
  timeout: timeoutSchema.optional(),
  platformCapabilities: z.array(z.enum(['EC2', 'FARGATE'])).default(['EC2']),
  propagateTags: z.boolean().optional(),
  tags: z.record(z.string(), z.string()).default({}),
});

export type Container = z.output<typeof container>;

export interface JobDefinition extends z.output<typeof registerInput> {
  readonly arn: string;
  readonly revision: number;
  readonly status: 'ACTIVE' | 'INACTIVE';
}

/** Job definitions, each in numbered revisions that never change. */
export class JobDefinitions {
  readonly #host: Host;
  readonly #definitions: Collection<JobDefinition>;

  constructor(host: Host) {
    this.#host = host;
    this.#definitions = host.storage('batch').collection('job-definitions');
  }

  /** Newest first. */
  all(): JobDefinition[] {
    return this.#definitions.values().sort((a, b) => b.revision - a.revision);
  }

  /** By ARN, `name:revision`, or a name for its latest active revision. */
  find(reference: string): JobDefinition | undefined {
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    if (name.includes(':')) return this.#definitions.get(name);
    return this.all().find((one) => one.jobDefinitionName === name && one.status === 'ACTIVE');
  }

  /** One that jobs can be started from. */
  active(reference: string): JobDefinition {
    const found = this.find(reference);
    if (found?.status === 'ACTIVE') return found;
    throw new AwsError('ClientException', `JobDefinition ${reference} not found or not active`);
  }

  register(input: unknown): JobDefinition {
    const given = parseInput(registerInput, input, 'ClientException');
    const earlier = this.all().find((one) => one.jobDefinitionName === given.jobDefinitionName);
    const revision = (earlier?.revision ?? 0) + 1;
    const key = `${given.jobDefinitionName}:${revision}`;
    const definition: JobDefinition = {
      ...given,
      arn: this.#host.arn('batch', `job-definition/${key}`),
      revision,
      status: 'ACTIVE',
    };
    this.#definitions.set(key, definition);
    return definition;
  }

  /** Running jobs go on; deregistering what is not there is no error. */
  deregister(reference: string): void {
    const found = this.find(reference);
    if (!found) return;
    const key = `${found.jobDefinitionName}:${found.revision}`;
    this.#definitions.set(key, { ...found, status: 'INACTIVE' });
  }
}

const referenceInput = z.object({ jobDefinition: z.string() });
const describeInput = z.object({
  jobDefinitions: z.array(z.string()).optional(),
  jobDefinitionName: z.string().optional(),
  status: z.string().optional(),
});

export function jobDefinitionOperations(definitions: JobDefinitions): Record<string, Operation> {
  return {
    RegisterJobDefinition: (input) => {
      const { jobDefinitionName, arn, revision } = definitions.register(input);
      return { jobDefinitionName, jobDefinitionArn: arn, revision };
    },
    DeregisterJobDefinition: (input) => {
      definitions.deregister(parseInput(referenceInput, input, 'ClientException').jobDefinition);
      return {};
    },
    DescribeJobDefinitions: (input) => {
      const given = parseInput(describeInput, input, 'ClientException');
      const listed =
        given.jobDefinitions?.flatMap((one) => definitions.find(one) ?? []) ?? definitions.all();
      const chosen = listed.filter(
        ({ jobDefinitionName, status }) =>
          (given.jobDefinitionName ?? jobDefinitionName) === jobDefinitionName &&
          (given.status ?? status) === status,
      );
      return {
        jobDefinitions: chosen.map(({ arn, ...definition }) => ({
          ...definition,
          jobDefinitionArn: arn,
          containerOrchestrationType: 'ECS',
        })),
      };
    },
  };
}
