import type { ResourceRequest, ResourceType } from '../../../host/provider.ts';
import { DEFAULT_TIMEOUT_MS, type Integration, type MethodDefinition } from '../api-definition.ts';
import type { Parts } from '../parts.ts';
import { addResource, removeResource, setMethod } from '../resource-tree.ts';

/** AWS::ApiGateway::Resource */
export function pathResource({ store }: Parts): ResourceType {
  return {
    replaceOn: 'any',
    create({ properties }) {
      const api = store.api(properties.RestApiId);
      const [resources, added] = addResource(
        api.resources,
        properties.ParentId,
        properties.PathPart,
      );
      store.putApi({ ...api, resources });
      return { physicalId: added.id, attributes: { ResourceId: added.id } };
    },
    delete({ physicalId, properties }) {
      const api = store.apis.get(properties.RestApiId);
      if (api) store.putApi({ ...api, resources: removeResource(api.resources, physicalId) });
    },
  };
}

/** AWS::ApiGateway::Method */
export function methodResource({ store }: Parts): ResourceType {
  const put = (request: ResourceRequest) => {
    const { RestApiId, ResourceId, HttpMethod } = request.properties;
    const api = store.api(RestApiId);
    const method = definitionOf(request.properties);
    store.putApi({ ...api, resources: setMethod(api.resources, ResourceId, HttpMethod, method) });
    return { physicalId: `${RestApiId}|${ResourceId}|${HttpMethod}` };
  };
  return {
    replaceOn: ['RestApiId', 'ResourceId', 'HttpMethod'],
    create: put,
    update: put,
    delete({ properties: { RestApiId, ResourceId, HttpMethod } }) {
      const api = store.apis.get(RestApiId);
      if (!api?.resources[ResourceId]) return;
      const resources = setMethod(api.resources, ResourceId, HttpMethod, undefined);
      store.putApi({ ...api, resources });
    },
  };
}

function definitionOf(properties: ResourceRequest['properties']): MethodDefinition {
  const { ApiKeyRequired, AuthorizationType, OperationName, Integration: given } = properties;
  return {
    apiKeyRequired: String(ApiKeyRequired ?? false) === 'true',
    authorizationType: AuthorizationType ?? 'NONE',
    ...(OperationName && { operationName: OperationName }),
    ...(given && { integration: integrationOf(given) }),
  };
}

/** From CloudFormation's property, whose members begin with a capital. */
function integrationOf(given: ResourceRequest['properties']): Integration {
  const responses = (given.IntegrationResponses ?? []).map(
    (each: ResourceRequest['properties']) => [
      String(each.StatusCode),
      {
        statusCode: String(each.StatusCode),
        ...(each.ResponseParameters && { responseParameters: each.ResponseParameters }),
        ...(each.ResponseTemplates && { responseTemplates: each.ResponseTemplates }),
      },
    ],
  );
  return {
    type: given.Type,
    uri: given.Uri ?? '',
    timeoutMs: Number(given.TimeoutInMillis ?? DEFAULT_TIMEOUT_MS),
    streaming: given.ResponseTransferMode === 'STREAM',
    ...(given.RequestTemplates && { requestTemplates: given.RequestTemplates }),
    ...(responses.length > 0 && { responses: Object.fromEntries(responses) }),
  };
}
