import { AwsError } from '../../host/aws-error.ts';
import {
  DEFAULT_TIMEOUT_MS,
  type GatewayResponse,
  type Integration,
  type IntegrationResponse,
  type MethodDefinition,
} from './api-definition.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document from outside; every member is looked at before use.
type Loose = Record<string, any>;

/** What API Gateway takes over from an OpenAPI document. */
export interface ImportedApi {
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly binaryMediaTypes: readonly string[] | undefined;
  readonly apiKeySource: string | undefined;
  /** Methods by path, and by HTTP method or ANY. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, MethodDefinition>>>>;
  readonly gatewayResponses: Readonly<Record<string, GatewayResponse>>;
}

const METHODS: Readonly<Record<string, string>> = {
  get: 'GET',
  put: 'PUT',
  post: 'POST',
  delete: 'DELETE',
  options: 'OPTIONS',
  head: 'HEAD',
  patch: 'PATCH',
  'x-amazon-apigateway-any-method': 'ANY',
};

/** Reads an OpenAPI 3.0 or Swagger 2.0 document with API Gateway's extensions. */
export function importOpenApi(body: unknown): ImportedApi {
  const document = parse(body);
  const schemes: Loose = document.components?.securitySchemes ?? document.securityDefinitions ?? {};
  const paths: Record<string, Record<string, MethodDefinition>> = {};
  for (const [path, item] of Object.entries<Loose>(document.paths ?? {})) {
    const methods = Object.entries(METHODS).flatMap(([key, method]) =>
      item[key] ? [[method, importMethod(item[key], document, schemes)] as const] : [],
    );
    // API Gateway knows no trailing slash: `/v2/` is the resource `/v2`.
    const resource = normalPath(path);
    paths[resource] = { ...paths[resource], ...Object.fromEntries(methods) };
  }
  return {
    name: document.info?.title,
    description: document.info?.description,
    binaryMediaTypes: document['x-amazon-apigateway-binary-media-types'],
    apiKeySource: document['x-amazon-apigateway-api-key-source'],
    paths,
    gatewayResponses: importGatewayResponses(
      document['x-amazon-apigateway-gateway-responses'] ?? {},
    ),
  };
}

export function normalPath(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed;
}

function parse(body: unknown): Loose {
  const document = typeof body === 'string' ? JSON.parse(body) : body;
  const version = String(document?.openapi ?? document?.swagger ?? '');
  if (/^(3\.0|2\.0)/.test(version)) return document;
  throw new AwsError(
    'BadRequestException',
    `The API's definition has OpenAPI version '${version}'; API Gateway imports 3.0 and Swagger 2.0`,
  );
}

function importMethod(operation: Loose, document: Loose, schemes: Loose): MethodDefinition {
  const requirements: Loose[] = operation.security ?? document.security ?? [];
  const used = requirements.flatMap((each) => Object.keys(each)).map((name) => schemes[name] ?? {});
  const integration = operation['x-amazon-apigateway-integration'];
  return {
    apiKeyRequired: used.some(isApiKey),
    authorizationType: used.map(authorizationType).find((type) => type !== 'NONE') ?? 'NONE',
    ...(operation.operationId && { operationName: operation.operationId }),
    ...(integration && { integration: importIntegration(integration) }),
  };
}

function isApiKey(scheme: Loose): boolean {
  return scheme.type === 'apiKey' && String(scheme.name).toLowerCase() === 'x-api-key';
}

function authorizationType(scheme: Loose): string {
  const type = scheme['x-amazon-apigateway-authtype'];
  if (type === undefined) return 'NONE';
  if (type === 'awsSigv4') return 'AWS_IAM';
  return type === 'cognito_user_pools' ? 'COGNITO_USER_POOLS' : 'CUSTOM';
}

/** From the OpenAPI extension, whose members begin in lower case. */
function importIntegration(given: Loose): Integration {
  const responses = Object.values<Loose>(given.responses ?? {}).map(
    (each): [string, IntegrationResponse] => [
      String(each.statusCode),
      {
        statusCode: String(each.statusCode),
        ...(each.responseParameters && { responseParameters: each.responseParameters }),
        ...(each.responseTemplates && { responseTemplates: each.responseTemplates }),
      },
    ],
  );
  return {
    type: String(given.type).toUpperCase() as Integration['type'],
    uri: String(given.uri ?? ''),
    timeoutMs: Number(given.timeoutInMillis ?? DEFAULT_TIMEOUT_MS),
    streaming: given.responseTransferMode === 'STREAM',
    ...(given.requestTemplates && { requestTemplates: given.requestTemplates }),
    ...(responses.length > 0 && { responses: Object.fromEntries(responses) }),
  };
}

function importGatewayResponses(given: Loose): Record<string, GatewayResponse> {
  const responses = Object.entries<Loose>(given).map(([type, response]) => [
    type,
    {
      ...(response.statusCode && { statusCode: String(response.statusCode) }),
      ...(response.responseParameters && { responseParameters: response.responseParameters }),
      ...(response.responseTemplates && { responseTemplates: response.responseTemplates }),
    },
  ]);
  return Object.fromEntries(responses);
}
