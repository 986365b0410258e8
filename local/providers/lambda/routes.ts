import type { Route } from '../../host/provider.ts';

const FUNCTIONS = '/2015-03-31/functions';
const FUNCTION = `${FUNCTIONS}/{FunctionName}`;
const LAYERS = '/2018-10-31/layers';

/** Where Lambda's operations are on the wire. */
export const lambdaRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: `${FUNCTION}/invocations`,
    operation: 'Invoke',
    inputBlob: 'Payload',
    inputNames: {
      InvocationType: 'X-Amz-Invocation-Type',
      LogType: 'X-Amz-Log-Type',
      ClientContext: 'X-Amz-Client-Context',
    },
    outputStatus: 'StatusCode',
    outputBlob: 'Payload',
    outputHeaders: {
      FunctionError: 'X-Amz-Function-Error',
      LogResult: 'X-Amz-Log-Result',
      ExecutedVersion: 'X-Amz-Executed-Version',
    },
  },
  { method: 'POST', path: FUNCTIONS, operation: 'CreateFunction', status: 201 },
  { method: 'GET', path: FUNCTIONS, operation: 'ListFunctions' },
  { method: 'GET', path: FUNCTION, operation: 'GetFunction' },
  { method: 'DELETE', path: FUNCTION, operation: 'DeleteFunction', status: 204 },
  { method: 'PUT', path: `${FUNCTION}/code`, operation: 'UpdateFunctionCode' },
  { method: 'GET', path: `${FUNCTION}/configuration`, operation: 'GetFunctionConfiguration' },
  { method: 'PUT', path: `${FUNCTION}/configuration`, operation: 'UpdateFunctionConfiguration' },
  { method: 'POST', path: `${FUNCTION}/versions`, operation: 'PublishVersion', status: 201 },
  { method: 'GET', path: `${FUNCTION}/versions`, operation: 'ListVersionsByFunction' },
  { method: 'POST', path: `${FUNCTION}/aliases`, operation: 'CreateAlias', status: 201 },
  { method: 'GET', path: `${FUNCTION}/aliases`, operation: 'ListAliases' },
  { method: 'GET', path: `${FUNCTION}/aliases/{Name}`, operation: 'GetAlias' },
  { method: 'PUT', path: `${FUNCTION}/aliases/{Name}`, operation: 'UpdateAlias' },
  { method: 'DELETE', path: `${FUNCTION}/aliases/{Name}`, operation: 'DeleteAlias', status: 204 },
  { method: 'POST', path: `${FUNCTION}/policy`, operation: 'AddPermission', status: 201 },
  { method: 'GET', path: `${FUNCTION}/policy`, operation: 'GetPolicy' },
  {
    method: 'DELETE',
    path: `${FUNCTION}/policy/{StatementId}`,
    operation: 'RemovePermission',
    status: 204,
  },
  {
    method: 'PUT',
    path: '/2017-10-31/functions/{FunctionName}/concurrency',
    operation: 'PutFunctionConcurrency',
  },
  {
    method: 'GET',
    path: '/2019-09-30/functions/{FunctionName}/concurrency',
    operation: 'GetFunctionConcurrency',
  },
  {
    method: 'DELETE',
    path: '/2017-10-31/functions/{FunctionName}/concurrency',
    operation: 'DeleteFunctionConcurrency',
    status: 204,
  },
  {
    method: 'PUT',
    path: '/2019-09-30/functions/{FunctionName}/provisioned-concurrency',
    operation: 'PutProvisionedConcurrencyConfig',
    status: 202,
  },
  {
    method: 'GET',
    path: '/2019-09-30/functions/{FunctionName}/provisioned-concurrency',
    operation: 'GetProvisionedConcurrencyConfig',
  },
  {
    method: 'DELETE',
    path: '/2019-09-30/functions/{FunctionName}/provisioned-concurrency',
    operation: 'DeleteProvisionedConcurrencyConfig',
    status: 204,
  },
  {
    method: 'PUT',
    path: '/2019-09-25/functions/{FunctionName}/event-invoke-config',
    operation: 'PutFunctionEventInvokeConfig',
  },
  {
    method: 'GET',
    path: '/2019-09-25/functions/{FunctionName}/event-invoke-config',
    operation: 'GetFunctionEventInvokeConfig',
  },
  {
    method: 'DELETE',
    path: '/2019-09-25/functions/{FunctionName}/event-invoke-config',
    operation: 'DeleteFunctionEventInvokeConfig',
    status: 204,
  },
  { method: 'GET', path: LAYERS, operation: 'ListLayers' },
  {
    method: 'POST',
    path: `${LAYERS}/{LayerName}/versions`,
    operation: 'PublishLayerVersion',
    status: 201,
  },
  { method: 'GET', path: `${LAYERS}/{LayerName}/versions`, operation: 'ListLayerVersions' },
  {
    method: 'GET',
    path: `${LAYERS}/{LayerName}/versions/{VersionNumber}`,
    operation: 'GetLayerVersion',
  },
  {
    method: 'DELETE',
    path: `${LAYERS}/{LayerName}/versions/{VersionNumber}`,
    operation: 'DeleteLayerVersion',
    status: 204,
  },
  { method: 'POST', path: '/2017-03-31/tags/{Resource}', operation: 'TagResource', status: 204 },
  {
    method: 'DELETE',
    path: '/2017-03-31/tags/{Resource}',
    operation: 'UntagResource',
    inputNames: { TagKeys: 'tagKeys' },
    status: 204,
  },
  { method: 'GET', path: '/2017-03-31/tags/{Resource}', operation: 'ListTags' },
];
