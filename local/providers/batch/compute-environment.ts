import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { integer, parseInput } from '../../host/operation-input.ts';
import type { Operation } from '../../host/provider.ts';
import type { Collection } from '../../host/storage.ts';

export const state = z.enum(['ENABLED', 'DISABLED']);

const resources = z.looseObject({
  type: z.enum(['EC2', 'SPOT', 'FARGATE', 'FARGATE_SPOT']),
  maxvCpus: integer,
});
const createInput = z.looseObject({
  computeEnvironmentName: z
    .string()
    .regex(/^[A-Za-z0-9][\w-]{0,127}$/, 'expected letters, digits, - and _'),
  type: z.string().transform((type) => type.toUpperCase()),
  state: state.default('ENABLED'),
  computeResources: resources.optional(),
  serviceRole: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
});
const updateInput = z.looseObject({
  computeEnvironment: z.string(),
  state: state.optional(),
  computeResources: z.looseObject({ maxvCpus: integer.optional() }).optional(),
});

export interface ComputeEnvironment {
  readonly name: string;
  readonly arn: string;
  readonly type: string;
  readonly state: z.output<typeof state>;
  readonly resources?: z.output<typeof resources> | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly serviceRole?: string | undefined;
}

/** Compute environments: what capacity jobs get. All of them are this machine. */
export class ComputeEnvironments {
  readonly #host: Host;
  readonly #environments: Collection<ComputeEnvironment>;

  constructor(host: Host) {
    this.#host = host;
    this.#environments = host.storage('batch').collection('compute-environments');
  }

  all(): ComputeEnvironment[] {
    return this.#environments.values();
  }

  /** By name or ARN. */
  find(reference: string): ComputeEnvironment | undefined {
    return this.#environments.get(reference.split('/').at(-1) as string);
  }

  get(reference: string): ComputeEnvironment {
    const found = this.find(reference);
    if (found) return found;
    throw new AwsError('ClientException', `compute environment ${reference} does not exist`);
  }

  create(input: unknown): ComputeEnvironment {
    const given = parseInput(createInput, input, 'ClientException');
    const name = given.computeEnvironmentName;
    if (this.#environments.has(name)) {
      throw new AwsError('ClientException', `Object already exists: ${name}`);
    }
    const environment: ComputeEnvironment = {
      name,
      arn: this.#host.arn('batch', `compute-environment/${name}`),
      type: given.type,
      state: given.state,
      resources: given.computeResources,
      tags: given.tags,
      serviceRole: given.serviceRole,
    };
    this.#environments.set(name, environment);
    return environment;
  }

  update(input: unknown): ComputeEnvironment {
    const given = parseInput(updateInput, input, 'ClientException');
    const before = this.get(given.computeEnvironment);
    const { computeResources } = given;
    const changed = {
      ...before,
      ...(given.state && { state: given.state }),
      ...(computeResources &&
        before.resources && {
          resources: {
            ...before.resources,
            ...computeResources,
          } as ComputeEnvironment['resources'],
        }),
    };
    this.#environments.set(before.name, changed);
    return changed;
  }

  /** Deleting what is not there is no error, as in AWS. */
  delete(reference: string): void {
    const found = this.find(reference);
    if (found) this.#environments.delete(found.name);
  }
}

const referenceInput = z.object({ computeEnvironment: z.string() });
const describeInput = z.object({ computeEnvironments: z.array(z.string()).optional() });

export function computeEnvironmentOperations(
  environments: ComputeEnvironments,
): Record<string, Operation> {
  const named = ({ name, arn }: ComputeEnvironment) => ({
    computeEnvironmentName: name,
    computeEnvironmentArn: arn,
  });
  return {
    CreateComputeEnvironment: (input) => named(environments.create(input)),
    UpdateComputeEnvironment: (input) => named(environments.update(input)),
    DeleteComputeEnvironment: (input) => {
      environments.delete(parseInput(referenceInput, input, 'ClientException').computeEnvironment);
      return {};
    },
    DescribeComputeEnvironments: (input) => {
      const { computeEnvironments } = parseInput(describeInput, input, 'ClientException');
      const chosen =
        computeEnvironments?.flatMap((reference) => environments.find(reference) ?? []) ??
        environments.all();
      return {
        computeEnvironments: chosen.map((environment) => ({
          ...named(environment),
          type: environment.type,
          state: environment.state,
          status: 'VALID',
          statusReason: 'ComputeEnvironment Healthy',
          computeResources: environment.resources,
          serviceRole: environment.serviceRole,
          containerOrchestrationType: 'ECS',
          tags: environment.tags,
        })),
      };
    },
  };
}
