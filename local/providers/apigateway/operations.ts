import { randomBytes } from 'node:crypto';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import {
  type ApiKeyRecord,
  type ApiRecord,
  type DeploymentRecord,
  newId,
  type StageRecord,
  type UsagePlanRecord,
} from './api-store.ts';
import type { Parts } from './parts.ts';

/** API Gateway's control API, as far as clients read what CloudFormation made. */
export function apiGatewayOperations(parts: Parts): Record<string, Operation> {
  return { ...apiOperations(parts), ...keyOperations(parts), ...planOperations(parts) };
}

function apiOperations({ store }: Parts): Record<string, Operation> {
  return {
    GetRestApis: (input) => listed(store.apis.values().map(describeApi), input),
    GetRestApi: ({ restApiId }) => describeApi(store.api(restApiId)),
    GetResources: (input) => {
      const { resources } = store.api(input.restApiId);
      const items = Object.values(resources).map(({ methods, ...resource }) => ({
        ...resource,
        resourceMethods: Object.fromEntries(Object.keys(methods).map((verb) => [verb, {}])),
      }));
      return listed(items, input);
    },
    GetDeployments: (input) => {
      store.api(input.restApiId);
      const all = store.deployments.values().filter((each) => each.restApiId === input.restApiId);
      return listed(all.map(describeDeployment), input);
    },
    GetDeployment: ({ restApiId, deploymentId }) =>
      describeDeployment(store.deployment(restApiId, deploymentId)),
    GetStages: (input) => {
      store.api(input.restApiId);
      const stages = store
        .stagesOf(input.restApiId)
        .filter(({ deploymentId }) => [undefined, deploymentId].includes(input.deploymentId));
      return { item: stages.map(describeStage) };
    },
    GetStage: ({ restApiId, stageName }) => describeStage(store.stage(restApiId, stageName)),
  };
}

function keyOperations({ host, store }: Parts): Record<string, Operation> {
  return {
    GetApiKeys: (input) => {
      const keys = store.keys
        .values()
        .filter(({ name }) => input.nameQuery === undefined || name.startsWith(input.nameQuery));
      const shown = isTrue(input.includeValues);
      return listed(
        keys.map((key) => describeKey(key, shown)),
        input,
      );
    },
    GetApiKey: (input) => describeKey(store.key(input.apiKey), isTrue(input.includeValue)),
    CreateApiKey: (input) => {
      const key: ApiKeyRecord = {
        id: newId(),
        name: input.name ?? '',
        value: input.value || randomBytes(20).toString('hex'),
        enabled: isTrue(input.enabled),
        ...(input.description && { description: input.description }),
        createdDate: host.clock.now(),
        stageKeys: [],
      };
      return describeKey(store.putKey(key), true);
    },
    DeleteApiKey: ({ apiKey }) => store.delete('keys', store.key(apiKey).id),
  };
}

function planOperations({ store }: Parts): Record<string, Operation> {
  const describePlanKey = (id: string) => {
    const { name, value } = store.key(id);
    return { id, type: 'API_KEY', name, value };
  };
  return {
    GetUsagePlans: (input) => {
      const plans = store.plans
        .values()
        .filter(({ keys }) => input.keyId === undefined || keys.includes(input.keyId));
      return listed(plans.map(describePlan), input);
    },
    GetUsagePlan: ({ usagePlanId }) => describePlan(store.plan(usagePlanId)),
    GetUsagePlanKeys: (input) =>
      listed(store.plan(input.usagePlanId).keys.map(describePlanKey), input),
    CreateUsagePlanKey: ({ usagePlanId, keyId }) => {
      const plan = store.plan(usagePlanId);
      const described = describePlanKey(keyId);
      store.putPlan({ ...plan, keys: [...new Set([...plan.keys, keyId])] });
      return described;
    },
    DeleteUsagePlanKey: ({ usagePlanId, keyId }) => {
      const plan = store.plan(usagePlanId);
      store.putPlan({ ...plan, keys: plan.keys.filter((key) => key !== keyId) });
    },
  };
}

const PAGE = 500;

function listed<T>(all: readonly T[], input: { position?: string; limit?: number | string }) {
  const { items, nextToken } = pageOf(
    all,
    input.position,
    Number(input.limit ?? PAGE),
    'BadRequestException',
  );
  return { items, ...(nextToken && { position: nextToken }) };
}

function describeApi(api: ApiRecord) {
  const { id, name, description, binaryMediaTypes, apiKeySource, rootResourceId, tags } = api;
  return {
    id,
    name,
    ...(description && { description }),
    createdDate: new Date(api.createdDate),
    binaryMediaTypes,
    apiKeySource,
    rootResourceId,
    endpointConfiguration: { types: ['REGIONAL'] },
    disableExecuteApiEndpoint: false,
    tags,
  };
}

function describeDeployment({ id, description, createdDate }: DeploymentRecord) {
  return { id, ...(description && { description }), createdDate: new Date(createdDate) };
}

function describeStage({ restApiId, createdDate, ...stage }: StageRecord) {
  return { ...stage, createdDate: new Date(createdDate) };
}

function describeKey({ value, createdDate, ...key }: ApiKeyRecord, shown: boolean) {
  return { ...key, ...(shown && { value }), createdDate: new Date(createdDate) };
}

function describePlan({ keys, ...plan }: UsagePlanRecord) {
  return plan;
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
