import { generatedName } from '../../host/generated-name.ts';
import type { ResourceRequest, ResourceType } from '../../host/provider.ts';
import type { Parts } from './operations.ts';

export function logsResources(parts: Parts): Record<string, ResourceType> {
  return {
    'AWS::Logs::LogGroup': logGroupType(parts),
    'AWS::Logs::MetricFilter': metricFilterType(parts),
    'AWS::Logs::ResourcePolicy': resourcePolicyType(parts),
  };
}

function logGroupType({ host, store, filters }: Parts): ResourceType {
  const stateOf = (name: string) => ({
    physicalId: name,
    attributes: { Arn: `${host.arn('logs', `log-group:${name}`)}:*` },
  });
  return {
    replaceOn: ['LogGroupName'],
    create: (request) => {
      const name = request.properties.LogGroupName ?? generatedName(request, 512);
      store.createGroup({ name, ...settingsOf(request) });
      return stateOf(name);
    },
    update: (request, { physicalId }) => {
      store.changeGroup(physicalId, settingsOf(request));
      return stateOf(physicalId);
    },
    delete: ({ physicalId }) => {
      for (const { filterName } of filters.of(physicalId)) filters.delete(physicalId, filterName);
      store.deleteGroup(physicalId);
    },
  };
}

function settingsOf({ properties }: ResourceRequest) {
  const { RetentionInDays: days, KmsKeyId: kmsKeyId, Tags = [] } = properties;
  const tags: [string, string][] = Tags.map(({ Key, Value }: { Key: string; Value: string }) => [
    Key,
    Value,
  ]);
  return {
    retentionDays: days === undefined ? undefined : Number(days),
    kmsKeyId,
    tags: Object.fromEntries(tags),
  };
}

interface Transformation {
  readonly MetricName: string;
  readonly MetricNamespace: string;
  readonly MetricValue: string;
  readonly DefaultValue?: number;
  readonly Unit?: string;
  readonly Dimensions?: readonly { readonly Key: string; readonly Value: string }[];
}

function metricFilterType({ filters }: Parts): ResourceType {
  const apply = (filterName: string, { properties }: ResourceRequest) => {
    filters.put({
      logGroupName: properties.LogGroupName,
      filterName,
      filterPattern: properties.FilterPattern,
      metricTransformations: properties.MetricTransformations.map((given: Transformation) => ({
        metricName: given.MetricName,
        metricNamespace: given.MetricNamespace,
        metricValue: given.MetricValue,
        defaultValue: given.DefaultValue,
        unit: given.Unit,
        dimensions: Object.fromEntries(
          (given.Dimensions ?? []).map(({ Key, Value }) => [Key, Value]),
        ),
      })),
    });
    return { physicalId: filterName };
  };
  return {
    replaceOn: ['LogGroupName', 'FilterName'],
    create: (request) =>
      apply(request.properties.FilterName ?? generatedName(request, 512), request),
    update: (request, { physicalId }) => apply(physicalId, request),
    delete: ({ physicalId, properties }) => filters.delete(properties.LogGroupName, physicalId),
  };
}

/** Kept and given back; the local cloud does not check who may write logs. */
function resourcePolicyType({ host, policies }: Parts): ResourceType {
  const apply = ({ properties }: ResourceRequest) => {
    const { PolicyName: policyName, PolicyDocument: policyDocument } = properties;
    policies.set(policyName, { policyName, policyDocument, lastUpdatedTime: host.clock.now() });
    return { physicalId: policyName };
  };
  return {
    replaceOn: ['PolicyName'],
    create: apply,
    update: apply,
    delete: ({ physicalId }) => policies.delete(physicalId),
  };
}
