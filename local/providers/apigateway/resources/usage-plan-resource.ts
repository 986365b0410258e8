import { randomBytes } from 'node:crypto';
import type { ResourceRequest, ResourceType } from '../../../host/provider.ts';
import { type ApiKeyRecord, newId, type UsagePlanRecord } from '../api-store.ts';
import type { Parts } from '../parts.ts';

/** AWS::ApiGateway::ApiKey */
export function apiKeyResource({ host, store }: Parts): ResourceType {
  const stateOf = ({ id }: ApiKeyRecord) => ({ physicalId: id, attributes: { APIKeyId: id } });
  const changeable = ({ properties }: ResourceRequest) => ({
    enabled: String(properties.Enabled ?? false) === 'true',
    ...(properties.Description && { description: properties.Description }),
    stageKeys: (properties.StageKeys ?? []).map(
      (each: { RestApiId: string; StageName: string }) => `${each.RestApiId}/${each.StageName}`,
    ),
  });
  return {
    replaceOn: ['Name', 'Value', 'GenerateDistinctId', 'CustomerId'],
    create(request) {
      const { Name, Value } = request.properties;
      const key: ApiKeyRecord = {
        id: newId(),
        name: Name ?? `${request.stackName}-${request.logicalId}`,
        value: Value || randomBytes(20).toString('hex'),
        createdDate: host.clock.now(),
        ...changeable(request),
      };
      return stateOf(store.putKey(key));
    },
    update(request, { physicalId }) {
      return stateOf(store.putKey({ ...store.key(physicalId), ...changeable(request) }));
    },
    delete({ physicalId }) {
      store.delete('keys', physicalId);
    },
  };
}

/** AWS::ApiGateway::UsagePlan */
export function usagePlanResource({ store }: Parts): ResourceType {
  const put = (request: ResourceRequest, id: string, keys: readonly string[]) => {
    const { properties } = request;
    const { Throttle, Quota, Description } = properties;
    const plan: UsagePlanRecord = {
      id,
      name: properties.UsagePlanName ?? `${request.stackName}-${request.logicalId}`,
      ...(Description && { description: Description }),
      apiStages: (properties.ApiStages ?? []).map((each: { ApiId: string; Stage: string }) => ({
        apiId: each.ApiId,
        stage: each.Stage,
      })),
      ...(Throttle && {
        throttle: {
          rateLimit: Number(Throttle.RateLimit ?? 10_000),
          burstLimit: Number(Throttle.BurstLimit ?? 5000),
        },
      }),
      ...(Quota?.Limit !== undefined && {
        quota: {
          limit: Number(Quota.Limit),
          offset: Number(Quota.Offset ?? 0),
          period: Quota.Period ?? 'DAY',
        },
      }),
      keys,
    };
    store.putPlan(plan);
    return { physicalId: id, attributes: { Id: id } };
  };
  return {
    create: (request) => put(request, newId(6), []),
    update: (request, { physicalId }) => put(request, physicalId, store.plan(physicalId).keys),
    delete: ({ physicalId }) => store.delete('plans', physicalId),
  };
}

/** AWS::ApiGateway::UsagePlanKey */
export function usagePlanKeyResource({ store }: Parts): ResourceType {
  return {
    replaceOn: 'any',
    create({ properties: { UsagePlanId, KeyId } }) {
      const plan = store.plan(UsagePlanId);
      store.key(KeyId);
      store.putPlan({ ...plan, keys: [...new Set([...plan.keys, KeyId])] });
      return {
        physicalId: `${KeyId}:${UsagePlanId}`,
        attributes: { Id: `${KeyId}:${UsagePlanId}` },
      };
    },
    delete({ properties: { UsagePlanId, KeyId } }) {
      const plan = store.plans.get(UsagePlanId);
      if (plan) store.putPlan({ ...plan, keys: plan.keys.filter((key) => key !== KeyId) });
    },
  };
}
