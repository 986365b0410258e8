import type { ResourceRequest, ResourceType } from '../../../host/provider.ts';
import { newId } from '../api-store.ts';
import type { Parts } from '../parts.ts';

/** AWS::ApiGateway::GatewayResponse */
export function gatewayResponseResource({ store }: Parts): ResourceType {
  const put = ({ properties }: ResourceRequest) => {
    const { RestApiId, ResponseType, StatusCode, ResponseParameters, ResponseTemplates } =
      properties;
    const api = store.api(RestApiId);
    const response = {
      ...(StatusCode && { statusCode: String(StatusCode) }),
      ...(ResponseParameters && { responseParameters: ResponseParameters }),
      ...(ResponseTemplates && { responseTemplates: ResponseTemplates }),
    };
    const gatewayResponses = { ...api.gatewayResponses, [ResponseType]: response };
    store.putApi({ ...api, gatewayResponses });
    return { physicalId: `${RestApiId}|${ResponseType}` };
  };
  return {
    replaceOn: ['RestApiId', 'ResponseType'],
    create: put,
    update: put,
    delete({ properties: { RestApiId, ResponseType } }) {
      const api = store.apis.get(RestApiId);
      if (!api) return;
      const { [ResponseType]: _removed, ...gatewayResponses } = api.gatewayResponses;
      store.putApi({ ...api, gatewayResponses });
    },
  };
}

/**
 * Types that other resources refer to and that have no effect here: models and validators, because
 * bodies are not validated; authorizers other than IAM, which are not run; the account's log role.
 */
export function namedResource(attribute: string, nameProperty?: string): ResourceType {
  const stateOf = (physicalId: string) => ({ physicalId, attributes: { [attribute]: physicalId } });
  return {
    create: ({ properties }) => stateOf((nameProperty && properties[nameProperty]) || newId()),
    update: (_request, { physicalId }) => stateOf(physicalId),
    delete() {},
  };
}
