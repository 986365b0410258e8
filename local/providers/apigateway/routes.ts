import type { Route } from '../../host/provider.ts';

/** On the wire API Gateway calls the elements of its lists `item`. */
const outputNames = { items: 'item' };

/** Where API Gateway's operations are on the wire. */
export const apiGatewayRoutes: readonly Route[] = [
  { method: 'GET', path: '/restapis', operation: 'GetRestApis', outputNames },
  { method: 'GET', path: '/restapis/{restApiId}', operation: 'GetRestApi' },
  {
    method: 'GET',
    path: '/restapis/{restApiId}/resources',
    operation: 'GetResources',
    outputNames,
  },
  {
    method: 'GET',
    path: '/restapis/{restApiId}/deployments',
    operation: 'GetDeployments',
    outputNames,
  },
  {
    method: 'GET',
    path: '/restapis/{restApiId}/deployments/{deploymentId}',
    operation: 'GetDeployment',
  },
  { method: 'GET', path: '/restapis/{restApiId}/stages', operation: 'GetStages' },
  { method: 'GET', path: '/restapis/{restApiId}/stages/{stageName}', operation: 'GetStage' },
  {
    method: 'GET',
    path: '/apikeys',
    operation: 'GetApiKeys',
    inputNames: { nameQuery: 'name' },
    outputNames,
  },
  { method: 'GET', path: '/apikeys/{apiKey}', operation: 'GetApiKey' },
  { method: 'POST', path: '/apikeys', operation: 'CreateApiKey', status: 201 },
  { method: 'DELETE', path: '/apikeys/{apiKey}', operation: 'DeleteApiKey', status: 202 },
  { method: 'GET', path: '/usageplans', operation: 'GetUsagePlans', outputNames },
  { method: 'GET', path: '/usageplans/{usagePlanId}', operation: 'GetUsagePlan' },
  {
    method: 'GET',
    path: '/usageplans/{usagePlanId}/keys',
    operation: 'GetUsagePlanKeys',
    outputNames,
  },
  {
    method: 'POST',
    path: '/usageplans/{usagePlanId}/keys',
    operation: 'CreateUsagePlanKey',
    status: 201,
  },
  {
    method: 'DELETE',
    path: '/usageplans/{usagePlanId}/keys/{keyId}',
    operation: 'DeleteUsagePlanKey',
    status: 202,
  },
];
