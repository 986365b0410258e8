/**
 * The one route table. Both functions route by it, and both OpenAPI documents (the public one and the
 * gateway's) are generated from it, so a route exists in the code, the gateway and the docs, or nowhere.
 */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** OpenAPI path template; `{model}` and `{version}` are single segments, percent-decoded once. */
  readonly path: string;
  /** Stable name of the operation, unique in the table. */
  readonly operationId: OperationId;
  readonly summary: string;
  /** Whether the gateway asks for an API key (or a signature, with IAM authorization). */
  readonly needsKey: boolean;
  /** The function behind the route: the model's own, or the catalogue. */
  readonly servedBy: 'model' | 'catalogue';
}

export type OperationId = CatalogueOperation | ModelOperation | VersionOperation;

export type CatalogueOperation =
  | 'serverMetadata'
  | 'serverMetadataSlash'
  | 'serverLive'
  | 'serverReady'
  | 'modelList'
  | 'repositoryIndex'
  | 'repositoryLoad'
  | 'repositoryUnload'
  | 'openapi'
  | 'docs';

export type ModelOperation =
  | 'modelMetadata'
  | 'modelReady'
  | 'modelInfer'
  | 'modelConfig'
  | 'modelStatistics';

/** The same operations, addressed to one version. */
export type VersionOperation =
  | 'versionMetadata'
  | 'versionReady'
  | 'versionInfer'
  | 'versionConfig'
  | 'versionStatistics';

const catalogue = (
  method: Route['method'],
  path: string,
  operationId: CatalogueOperation,
  summary: string,
  needsKey = true,
): Route => ({ method, path, operationId, summary, needsKey, servedBy: 'catalogue' });

const model = (
  method: Route['method'],
  path: string,
  operationId: ModelOperation | VersionOperation,
  summary: string,
): Route => ({ method, path, operationId, summary, needsKey: true, servedBy: 'model' });

const oneModel = '/v2/models/{model}';
const oneVersion = '/v2/models/{model}/versions/{version}';

export const routes: readonly Route[] = [
  catalogue('GET', '/v2', 'serverMetadata', 'Name, version and extensions of the server'),
  // The protocol's text says /v2 and its OpenAPI file /v2/: clients use both.
  catalogue('GET', '/v2/', 'serverMetadataSlash', 'Name, version and extensions of the server'),
  catalogue('GET', '/v2/health/live', 'serverLive', 'Whether the server is alive', false),
  catalogue('GET', '/v2/health/ready', 'serverReady', 'Whether the server is ready', false),
  catalogue('GET', '/v2/models', 'modelList', 'Names of all models'),
  catalogue('POST', '/v2/repository/index', 'repositoryIndex', 'Every version of every model'),
  catalogue(
    'POST',
    '/v2/repository/models/{model}/load',
    'repositoryLoad',
    'Not offered: a release makes models available (501)',
  ),
  catalogue(
    'POST',
    '/v2/repository/models/{model}/unload',
    'repositoryUnload',
    'Not offered: a release takes models away (501)',
  ),
  catalogue('GET', '/openapi.json', 'openapi', 'This interface as an OpenAPI 3.0 document'),
  // A browser cannot send the key's header, so the page itself is open.
  catalogue('GET', '/docs', 'docs', 'Reference page for people', false),

  model('GET', oneModel, 'modelMetadata', 'Versions, inputs and outputs of a model'),
  model('GET', `${oneModel}/ready`, 'modelReady', 'Whether the live version can answer'),
  model('POST', `${oneModel}/infer`, 'modelInfer', 'Inference by the live version'),
  model('GET', `${oneModel}/config`, 'modelConfig', 'Model configuration in the Triton form'),
  model('GET', `${oneModel}/stats`, 'modelStatistics', 'Statistics of every version'),

  model('GET', oneVersion, 'versionMetadata', 'Inputs and outputs of one version'),
  model('GET', `${oneVersion}/ready`, 'versionReady', 'Whether this version can answer'),
  model('POST', `${oneVersion}/infer`, 'versionInfer', 'Inference by this version'),
  model('GET', `${oneVersion}/config`, 'versionConfig', 'Model configuration of this version'),
  model('GET', `${oneVersion}/stats`, 'versionStatistics', 'Statistics of this version'),
];
