import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import { boolean, integer, number, parseInput } from '../../host/operation-input.ts';
import type { Operation } from '../../host/provider.ts';
import { unknownAlarms } from './alarm-check.ts';
import { type Deployed, deployedFrom, retaining, withCapacities } from './deployed.ts';
import { type DeploymentConfig, deploymentConfig, planRollout } from './deployment-config.ts';
import type { EndpointConfigs } from './endpoint-config.ts';
import { describeEndpoint, type EndpointRecord } from './endpoint-record.ts';
import type { Endpoints } from './endpoints.ts';
import type { InferenceComponents } from './inference-components.ts';
import { listNewest } from './listing.ts';
import type { Models } from './model.ts';
import { resourceName, tags } from './names.ts';
import { invalid } from './refusals.ts';

const nameInput = z.object({ EndpointName: z.string() });
const createInput = z.object({
  EndpointName: resourceName,
  EndpointConfigName: z.string(),
  Tags: tags,
});
const updateInput = z.object({
  EndpointName: z.string(),
  EndpointConfigName: z.string(),
  RetainAllVariantProperties: boolean.default(false),
  ExcludeRetainedVariantProperties: z
    .array(
      z.object({
        VariantPropertyType: z.enum(['DesiredInstanceCount', 'DesiredWeight', 'DataCaptureConfig']),
      }),
    )
    .default([]),
  DeploymentConfig: deploymentConfig.optional(),
  RetainDeploymentConfig: boolean.default(false),
});
const capacitiesInput = z.object({
  EndpointName: z.string(),
  DesiredWeightsAndCapacities: z
    .array(
      z.object({
        VariantName: z.string(),
        DesiredWeight: number.optional(),
        DesiredInstanceCount: integer.optional(),
      }),
    )
    .min(1),
});
export interface EndpointParts {
  readonly host: Host;
  readonly models: Models;
  readonly configs: EndpointConfigs;
  readonly endpoints: Endpoints;
  readonly components: InferenceComponents;
}

export function endpointOperations(parts: EndpointParts): Record<string, Operation> {
  const { components, configs, endpoints, models } = parts;
  return {
    CreateEndpoint: (input) => {
      const given = parseInput(createInput, input);
      const config = configs.get(given.EndpointConfigName);
      const deployed = deployedFrom(config, (name) => models.get(name));
      return { EndpointArn: endpoints.create(given.EndpointName, deployed, given.Tags).arn };
    },
    DescribeEndpoint: (input) => {
      const { EndpointName: name } = parseInput(nameInput, input);
      const fleet = endpoints.traffic(name)?.blue;
      return describeEndpoint(endpoints.get(name), fleet, endpoints.stage(name));
    },
    ListEndpoints: (input) => listEndpoints(endpoints, input),
    UpdateEndpoint: (input) => updateEndpoint(parts, input),
    UpdateEndpointWeightsAndCapacities: (input) => {
      const given = parseInput(capacitiesInput, input);
      const record = endpoints.get(given.EndpointName);
      const changes = given.DesiredWeightsAndCapacities;
      refuseCapacities(record, changes);
      const deployed = withCapacities(record.deployed, changes);
      return { EndpointArn: endpoints.scale(record.name, deployed).arn };
    },
    DeleteEndpoint: (input) => {
      const { name, arn } = endpoints.get(parseInput(nameInput, input).EndpointName);
      const hosted = components.all().filter(({ endpoint }) => endpoint === name);
      if (hosted.length > 0) {
        const names = hosted.map((component) => component.name).join(', ');
        throw invalid(`Cannot delete endpoint "${arn}" with inference components: ${names}.`);
      }
      endpoints.delete(name);
      return {};
    },
  };
}

async function updateEndpoint(parts: EndpointParts, input: unknown) {
  const { configs, endpoints, host, models } = parts;
  const given = parseInput(updateInput, input);
  const record = endpoints.get(given.EndpointName);
  const next = deployedFrom(configs.get(given.EndpointConfigName), (name) => models.get(name));
  const excluded = given.ExcludeRetainedVariantProperties.map((one) => one.VariantPropertyType);
  const deployed = given.RetainAllVariantProperties
    ? retaining(next, record.deployed, excluded)
    : next;
  const config = given.RetainDeploymentConfig
    ? (given.DeploymentConfig ?? record.deploymentConfig)
    : given.DeploymentConfig;
  const plan = planFor(deployed, config);
  const unknown = await unknownAlarms(host, plan.alarms);
  if (unknown.length > 0) {
    throw invalid(`The deployment's alarms could not be found: ${unknown.join(', ')}`);
  }
  return { EndpointArn: endpoints.update(record.name, { deployed, plan, config }).arn };
}

/** Batches are counted on the smallest production variant: on it they weigh most. */
function planFor({ variants }: Deployed, config: DeploymentConfig | undefined) {
  const production = variants.filter(({ isShadow, container }) => !isShadow && container);
  const counts = production.map(({ count }) => count);
  try {
    return planRollout(config, counts.length > 0 ? Math.min(...counts) : 0, variants.length);
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

type Capacities = z.output<typeof capacitiesInput>['DesiredWeightsAndCapacities'];

function refuseCapacities({ deployed, arn }: EndpointRecord, changes: Capacities): void {
  const least = deployed.config.settings.AsyncInferenceConfig ? 0 : 1;
  for (const { VariantName, DesiredInstanceCount } of changes) {
    if (!deployed.variants.some(({ name }) => name === VariantName)) {
      throw invalid(`Could not find variant "${VariantName}" of endpoint "${arn}".`);
    }
    if (DesiredInstanceCount !== undefined && DesiredInstanceCount < least) {
      throw invalid(
        `DesiredInstanceCount of variant "${VariantName}" must be ${least} or more, but is ${DesiredInstanceCount}.`,
      );
    }
  }
}

function listEndpoints(endpoints: Endpoints, input: unknown): Record<string, unknown> {
  const { items, nextToken } = listNewest(endpoints.all(), input);
  return {
    Endpoints: items.map(({ name, arn, status, createdAt, modifiedAt }) => ({
      EndpointName: name,
      EndpointArn: arn,
      CreationTime: new Date(createdAt),
      LastModifiedTime: new Date(modifiedAt),
      EndpointStatus: status,
    })),
    ...(nextToken && { NextToken: nextToken }),
  };
}
