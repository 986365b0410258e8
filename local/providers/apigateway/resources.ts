import type { ResourceType } from '../../host/provider.ts';
import type { Parts } from './parts.ts';
import { gatewayResponseResource, namedResource } from './resources/gateway-response-resource.ts';
import { methodResource, pathResource } from './resources/method-resource.ts';
import { restApiResource } from './resources/rest-api-resource.ts';
import { deploymentResource, stageResource } from './resources/stage-resource.ts';
import {
  apiKeyResource,
  usagePlanKeyResource,
  usagePlanResource,
} from './resources/usage-plan-resource.ts';

/** API Gateway's CloudFormation types. */
export function apiGatewayResources(parts: Parts): Record<string, ResourceType> {
  return {
    'AWS::ApiGateway::RestApi': restApiResource(parts),
    'AWS::ApiGateway::Resource': pathResource(parts),
    'AWS::ApiGateway::Method': methodResource(parts),
    'AWS::ApiGateway::Deployment': deploymentResource(parts),
    'AWS::ApiGateway::Stage': stageResource(parts),
    'AWS::ApiGateway::ApiKey': apiKeyResource(parts),
    'AWS::ApiGateway::UsagePlan': usagePlanResource(parts),
    'AWS::ApiGateway::UsagePlanKey': usagePlanKeyResource(parts),
    'AWS::ApiGateway::GatewayResponse': gatewayResponseResource(parts),
    'AWS::ApiGateway::Model': namedResource('Name', 'Name'),
    'AWS::ApiGateway::RequestValidator': namedResource('RequestValidatorId'),
    'AWS::ApiGateway::Authorizer': namedResource('AuthorizerId'),
    'AWS::ApiGateway::Account': namedResource('Id'),
  };
}
