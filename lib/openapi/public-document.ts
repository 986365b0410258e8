import { type Route, routes } from '../../serving/contract/routes.ts';
import type { Config } from '../config/config.ts';
import type { Model } from '../model-repository/model.ts';
import { type Example, examplesOf } from './examples.ts';
import { securityScheme } from './gateway-document.ts';
import { errorsOfAll, errorTexts, type OperationShape, operationShapes } from './operations.ts';
import { type SchemaName, schemas } from './schemas.ts';

export interface PublicDocumentProps {
  readonly stage: string;
  readonly auth: Config['auth'];
  readonly models: readonly Model[];
}

type Json = { readonly [key: string]: unknown };

/** The complete description of the API for callers and their tools, OpenAPI 3.0. */
export function publicDocument({ stage, auth, models }: PublicDocumentProps): Json {
  const examples = examplesOf(models);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    Object.assign(paths[route.path] as object, {
      [route.method.toLowerCase()]: operation(route, models, examples),
    });
  }
  return {
    openapi: '3.0.3',
    info: {
      title: 'Siskin inference API',
      version: '2',
      description: `Open Inference Protocol v2, stage ${stage}.`,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    // Relative to where this document was read from: the document need not know its own address.
    servers: [{ url: '.' }],
    tags: [{ name: modelsTag, description: modelList(models) }, { name: serverTag }],
    paths,
    components: { schemas, securitySchemes: { caller: securityScheme(auth) } },
  };
}

function operation(route: Route, models: readonly Model[], examples: readonly Example[]): Json {
  const shape = operationShapes[route.operationId];
  const parameters = [
    ...pathParameters(route, models),
    ...(shape.request === 'InferenceRequest' ? inferenceHeaders : []),
  ];
  return {
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.servedBy === 'model' ? modelsTag : serverTag],
    ...(route.needsKey && { security: [{ caller: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(shape.request && { requestBody: requestBody(shape.request, examples) }),
    responses: { ...success(shape, examples), ...errorResponses(shape) },
  };
}

const modelsTag = 'Models';
const serverTag = 'Server';

/** In Markdown, which reference pages render. */
function modelList(models: readonly Model[]): string {
  return models
    .map(
      ({ name, config }) => `- **${name}**${config.description ? `: ${config.description}` : ''}`,
    )
    .join('\n');
}

function pathParameters({ path, servedBy }: Route, models: readonly Model[]): Json[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  // An empty enum is no valid schema.
  const known = models.length > 0 && { enum: models.map(({ name }) => name) };
  return names.map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', ...(name === 'model' && servedBy === 'model' && known) },
  }));
}

const headerLength = {
  description:
    'Bytes of the JSON in front of the binary tensors; 0 when the body is one raw tensor',
  schema: { type: 'integer', format: 'int64' },
};

const inferenceHeaders: readonly Json[] = [
  { name: 'Inference-Header-Content-Length', in: 'header', required: false, ...headerLength },
  {
    name: 'Content-Encoding',
    in: 'header',
    required: false,
    schema: { type: 'string', enum: ['identity', 'gzip', 'deflate'] },
  },
];

function requestBody(
  request: NonNullable<OperationShape['request']>,
  examples: readonly Example[],
) {
  const isInference = request === 'InferenceRequest';
  return {
    required: isInference,
    content: {
      'application/json': {
        schema: schemaOf(request),
        ...(isInference && named(examples, ({ request: value }) => value)),
      },
      // The binary tensor data extension: JSON first, as long as Inference-Header-Content-Length says.
      ...(isInference && { 'application/octet-stream': binaryBody }),
    },
  };
}

const binaryBody = { schema: { type: 'string', format: 'binary' } };

function success({ response }: OperationShape, examples: readonly Example[]): Json {
  if (!response) return {};
  if (response === 'html') {
    return {
      200: { description: 'A page', content: { 'text/html': { schema: { type: 'string' } } } },
    };
  }
  const isInference = response === 'InferenceResponse';
  const values = isInference && named(examples, (example) => example.response);
  return {
    200: {
      description: 'Answered',
      ...(isInference && { headers: { 'Inference-Header-Content-Length': headerLength } }),
      content: {
        'application/json': { schema: schemaOf(response), ...values },
        ...(isInference && { 'application/octet-stream': binaryBody }),
      },
    },
  };
}

function errorResponses({ errors }: OperationShape): Json {
  const statuses = [...new Set([...errors, ...errorsOfAll])].sort();
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: errorTexts[status],
        content: { 'application/json': { schema: schemaOf('Error') } },
      },
    ]),
  );
}

function schemaOf(name: SchemaName | 'anyObject'): Json {
  return name === 'anyObject' ? { type: 'object' } : { $ref: `#/components/schemas/${name}` };
}

function named(examples: readonly Example[], value: (example: Example) => unknown): Json {
  if (examples.length === 0) return {};
  return {
    examples: Object.fromEntries(
      examples.map((example) => [example.model, { value: value(example) }]),
    ),
  };
}
