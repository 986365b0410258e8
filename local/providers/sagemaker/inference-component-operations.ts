import type { Host } from '../../host/host.ts';
import { parseInput } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import { unknownAlarms } from './alarm-check.ts';
import { planRollout } from './deployment-config.ts';
import { hostsComponents } from './endpoint-record.ts';
import type { Endpoints } from './endpoints.ts';
import {
  createInput,
  listInput,
  nameInput,
  runtimeConfigInput,
  type Specification,
  updateInput,
} from './inference-component-input.ts';
import type { ComponentRecord, InferenceComponents } from './inference-components.ts';
import type { ContainerDefinition, Models } from './model.ts';
import { invalid } from './refusals.ts';

export interface ComponentParts {
  readonly host: Host;
  readonly models: Models;
  readonly endpoints: Endpoints;
  readonly components: InferenceComponents;
}

export function inferenceComponentOperations(parts: ComponentParts): Record<string, Operation> {
  const { components } = parts;
  const byName = (input: unknown) =>
    components.get(parseInput(nameInput, input).InferenceComponentName);
  const answer = ({ arn }: ComponentRecord) => ({ InferenceComponentArn: arn });
  return {
    CreateInferenceComponent: (input) => answer(create(parts, input)),
    UpdateInferenceComponent: async (input) => answer(await update(parts, input)),
    UpdateInferenceComponentRuntimeConfig: (input) => {
      const given = parseInput(runtimeConfigInput, input);
      return answer(
        components.scale(given.InferenceComponentName, given.DesiredRuntimeConfig.CopyCount),
      );
    },
    DescribeInferenceComponent: (input) => describe(byName(input)),
    DeleteInferenceComponent: (input) => {
      components.delete(byName(input).name);
      return {};
    },
    ListInferenceComponents: (input) => list(components, input),
  };
}

function create({ endpoints, components, models }: ComponentParts, input: unknown) {
  const given = parseInput(createInput, input);
  const endpoint = endpoints.get(given.EndpointName);
  if (!hostsComponents(endpoint)) {
    throw invalid(
      `Endpoint "${endpoint.arn}" hosts models by its variants: inference components need variants without ModelName.`,
    );
  }
  const variants = endpoint.deployed.variants.map(({ name }) => name);
  const variant = given.VariantName ?? variants[0] ?? '';
  if (!variants.includes(variant)) {
    throw invalid(`Could not find variant "${variant}" of endpoint "${endpoint.arn}".`);
  }
  return components.create({
    name: given.InferenceComponentName,
    endpoint: endpoint.name,
    variant,
    specification: given.Specification,
    container: containerOf(given.Specification, models),
    desiredCopies: given.RuntimeConfig.CopyCount,
    tags: given.Tags,
  });
}

async function update({ host, components, models }: ComponentParts, input: unknown) {
  const given = parseInput(updateInput, input);
  const record = components.get(given.InferenceComponentName);
  const copies = given.RuntimeConfig?.CopyCount ?? record.desiredCopies;
  if (!given.Specification) return components.scale(record.name, copies);
  const plan = planOf(given.DeploymentConfig, copies);
  const unknown = await unknownAlarms(host, plan.alarms);
  if (unknown.length > 0) {
    throw invalid(`The deployment's alarms could not be found: ${unknown.join(', ')}`);
  }
  const specification = given.Specification;
  const container = containerOf(specification, models);
  return components.update(record.name, { specification, container, copies, plan });
}

function planOf(config: Parameters<typeof planRollout>[0], copies: number) {
  if (config?.BlueGreenUpdatePolicy) {
    throw invalid('Inference components are updated by a RollingUpdatePolicy only');
  }
  try {
    return planRollout(config, copies, 1);
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

function containerOf({ ModelName, Container }: Specification, models: Models): ContainerDefinition {
  if (ModelName !== undefined) return models.get(ModelName).container;
  if (!Container?.Image)
    throw invalid('A Specification needs a ModelName, or a Container with Image');
  const { Image, ArtifactUrl, Environment } = Container;
  return { Image, Environment, ...(ArtifactUrl !== undefined && { ModelDataUrl: ArtifactUrl }) };
}

function describe(record: ComponentRecord): Record<string, unknown> {
  return {
    InferenceComponentName: record.name,
    InferenceComponentArn: record.arn,
    EndpointName: record.endpoint,
    VariantName: record.variant,
    InferenceComponentStatus: record.status,
    ...(record.failureReason !== undefined && { FailureReason: record.failureReason }),
    Specification: record.specification,
    RuntimeConfig: {
      DesiredCopyCount: record.desiredCopies,
      CurrentCopyCount: record.currentCopies,
    },
    CreationTime: new Date(record.createdAt),
    LastModifiedTime: new Date(record.modifiedAt),
  };
}

function list(components: InferenceComponents, input: unknown): Record<string, unknown> {
  const request = parseInput(listInput, input);
  const { EndpointNameEquals: endpoint, VariantNameEquals: variant, StatusEquals } = request;
  const found = components
    .all()
    .filter(
      (one) =>
        one.name.includes(request.NameContains) &&
        (endpoint === undefined || one.endpoint === endpoint) &&
        (variant === undefined || one.variant === variant) &&
        (StatusEquals === undefined || one.status === StatusEquals),
    );
  const { items, nextToken } = pageOf(
    found,
    request.NextToken,
    request.MaxResults,
    'ValidationException',
  );
  return {
    InferenceComponents: items.map((one) => ({
      InferenceComponentName: one.name,
      InferenceComponentArn: one.arn,
      EndpointName: one.endpoint,
      VariantName: one.variant,
      InferenceComponentStatus: one.status,
      CreationTime: new Date(one.createdAt),
      LastModifiedTime: new Date(one.modifiedAt),
    })),
    ...(nextToken && { NextToken: nextToken }),
  };
}
