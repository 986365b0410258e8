import { type Route, routes } from '../../serving/contract/routes.ts';
import type { Config } from '../config/config.ts';
import { gatewayResponses } from './gateway-responses.ts';

/** A function behind the gateway. */
export interface Integration {
  /** Invocation URI of the Lambda alias or function. */
  readonly uri: string;
  readonly timeoutMilliseconds: number;
}

export interface GatewayDocumentProps {
  readonly title: string;
  readonly auth: Config['auth'];
  /** ARN of the role by which the gateway calls all functions. */
  readonly credentials: string;
  readonly catalogue: Integration;
  /** By name of the model. */
  readonly models: ReadonlyMap<string, Integration>;
}

export interface GatewayDocument {
  readonly paths: Json;
  readonly [key: string]: unknown;
}

type Json = { readonly [key: string]: unknown };

/**
 * The document that API Gateway imports. It routes and nothing more: two resources per model, any
 * method, so that the functions answer 404 and 405 in the protocol's words, and 300 resources are
 * enough for about 140 models.
 */
export function gatewayDocument(props: GatewayDocumentProps): GatewayDocument {
  return {
    openapi: '3.0.1',
    info: { title: props.title, version: '2' },
    paths: { ...cataloguePaths(props), ...modelPaths(props) },
    components: { securitySchemes: { caller: securityScheme(props.auth) } },
    'x-amazon-apigateway-api-key-source': 'HEADER',
    // Triton's client sends no Content-Type: only this passes every body through intact.
    'x-amazon-apigateway-binary-media-types': ['*/*'],
    'x-amazon-apigateway-gateway-responses': gatewayResponses(props.auth),
  };
}

/** How the gateway tells who calls. */
export function securityScheme(auth: Config['auth']): Json {
  if (auth === 'apiKey') return { type: 'apiKey', name: 'x-api-key', in: 'header' };
  return {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authtype': 'awsSigv4',
  };
}

/** Resources that API Gateway makes of a document: one for each segment of each path. */
export function countResources(document: { readonly paths: object }): number {
  const resources = new Set(['/']);
  for (const path of Object.keys(document.paths)) {
    const segments = path.split('/').filter(Boolean);
    for (const end of segments.keys()) resources.add(segments.slice(0, end + 1).join('/'));
  }
  return resources.size;
}

function modelPaths(props: GatewayDocumentProps): Json {
  const entries = [...props.models].flatMap(([name, integration]) => {
    const path = `/v2/models/${name}`;
    return [
      [path, anyMethod(path, integration, props)],
      [`${path}/{proxy+}`, anyMethod(`${path}/{proxy+}`, integration, props)],
    ];
  });
  return Object.fromEntries(entries);
}

function cataloguePaths(props: GatewayDocumentProps): Json {
  const paths = new Set(routes.filter(isCatalogue).map(gatewayPath));
  // Everything unknown, so that a 404 can name the models that exist.
  paths.add('/{proxy+}');
  const open = new Set(routes.filter((route) => !route.needsKey).map(gatewayPath));
  const entries = [...paths].map((path) => [
    path,
    anyMethod(path, props.catalogue, props, open.has(path) ? 'open' : 'closed'),
  ]);
  return Object.fromEntries(entries);
}

function isCatalogue(route: Route): boolean {
  return route.servedBy === 'catalogue';
}

/** A route's resource: everything from the first parameter on is one greedy segment. */
function gatewayPath({ path }: Route): string {
  const greedy = path.replace(/\{.*$/, '{proxy+}');
  // The gateway takes /v2/ for /v2.
  return greedy.length > 1 ? greedy.replace(/\/$/, '') : greedy;
}

function anyMethod(
  path: string,
  integration: Integration,
  props: GatewayDocumentProps,
  access: 'open' | 'closed' = 'closed',
): Json {
  return {
    'x-amazon-apigateway-any-method': {
      ...(path.endsWith('{proxy+}') && { parameters: [greedyParameter] }),
      ...(access === 'closed' && { security: [{ caller: [] }] }),
      responses: { default: { description: 'The answer of the function' } },
      'x-amazon-apigateway-integration': {
        type: 'aws_proxy',
        httpMethod: 'POST',
        uri: integration.uri,
        credentials: props.credentials,
        passthroughBehavior: 'when_no_match',
        timeoutInMillis: integration.timeoutMilliseconds,
      },
    },
  };
}

const greedyParameter = { name: 'proxy', in: 'path', required: true, schema: { type: 'string' } };
