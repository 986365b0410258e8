import { generatedName } from '../../host/generated-name.ts';
import type { ResourceRequest, ResourceType } from '../../host/provider.ts';
import type { ComputeEnvironments } from './compute-environment.ts';
import type { JobDefinitions } from './job-definition.ts';
import type { JobQueues } from './job-queue.ts';

/** CloudFormation's properties are the API's members with a capital letter. */
export function batchResources(parts: {
  readonly environments: ComputeEnvironments;
  readonly queues: JobQueues;
  readonly definitions: JobDefinitions;
}): Record<string, ResourceType> {
  return {
    'AWS::Batch::ComputeEnvironment': computeEnvironmentType(parts.environments),
    'AWS::Batch::JobQueue': jobQueueType(parts.queues),
    'AWS::Batch::JobDefinition': jobDefinitionType(parts.definitions),
  };
}

function computeEnvironmentType(environments: ComputeEnvironments): ResourceType {
  const stateOf = (arn: string) => ({
    physicalId: arn,
    attributes: { ComputeEnvironmentArn: arn },
  });
  return {
    replaceOn: ['ComputeEnvironmentName', 'Type'],
    create: (request) => {
      const name =
        request.properties.ComputeEnvironmentName ??
        generatedName(request, 128, JSON.stringify(request.properties));
      const input = { ...memberNames(request.properties), computeEnvironmentName: name };
      return stateOf(environments.create(input).arn);
    },
    update: ({ properties }, { physicalId }) => {
      const input = { ...memberNames(properties), computeEnvironment: physicalId };
      return stateOf(environments.update(input).arn);
    },
    delete: ({ physicalId }) => environments.delete(physicalId),
  };
}

function jobQueueType(queues: JobQueues): ResourceType {
  const stateOf = (arn: string) => ({ physicalId: arn, attributes: { JobQueueArn: arn } });
  return {
    replaceOn: ['JobQueueName'],
    create: (request) => {
      const jobQueueName = request.properties.JobQueueName ?? generatedName(request, 128);
      const { arn } = queues.create({ ...memberNames(request.properties), jobQueueName });
      return stateOf(arn);
    },
    update: ({ properties }, { physicalId }) =>
      stateOf(queues.update({ ...memberNames(properties), jobQueue: physicalId }).arn),
    delete: ({ physicalId }) => queues.delete(physicalId),
  };
}

/** Any change is a new revision, which takes the place of the old one. */
function jobDefinitionType(definitions: JobDefinitions): ResourceType {
  return {
    replaceOn: 'any',
    create: (request) => {
      const jobDefinitionName = request.properties.JobDefinitionName ?? generatedName(request, 128);
      const input = { ...memberNames(request.properties), jobDefinitionName };
      const { arn } = definitions.register(input);
      return { physicalId: arn, attributes: { JobDefinitionArn: arn } };
    },
    delete: ({ physicalId }) => definitions.deregister(physicalId),
  };
}

/** Maps whose keys are the user's own. */
const ownKeys = new Set(['Parameters', 'Options', 'Tags']);

/** `RetryStrategy.EvaluateOnExit[].Action` -> `retryStrategy.evaluateOnExit[].action` */
function memberNames(properties: ResourceRequest['properties']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      ownKeys.has(name) ? value : inMemberNames(value),
    ]),
  );
}

function inMemberNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inMemberNames);
  return typeof value === 'object' && value !== null ? memberNames(value) : value;
}
