import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { CatalogueManifest, CatalogueModel } from '../../serving/contract/manifest.ts';
import { SiskinError } from '../../serving/error/siskin-error.ts';
import { apiGateway } from '../../serving/http/api-gateway.ts';
import { allowReply, type HttpReply, type ProxyResult } from '../../serving/http/http-reply.ts';
import type { HttpRequest } from '../../serving/http/http-request.ts';
import { createRouter, decodeOnce } from '../../serving/http/router.ts';
import { quote } from '../../serving/protocol/quote.ts';
import { createLineWriter } from '../../serving/telemetry/log-line.ts';
import { type Internal, requestLog } from '../../serving/telemetry/request-log.ts';
import { operationTable } from './operations.ts';
import { unknownModel } from './unknown-model.ts';

export interface CatalogueOptions {
  readonly manifest: CatalogueManifest;
  /** Text of openapi.json. */
  readonly openapi: string;
  /** The reference page, where the package has one. */
  readonly docs: string | undefined;
  readonly stage: string;
  readonly functionVersion: string;
  readonly startedAhead: boolean;
  readonly write: (line: string) => void;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
  readonly epochMillis?: () => number;
}

export type CatalogueHandler = (event: unknown, context: unknown) => Promise<ProxyResult>;

/** The function that answers for the server as a whole, and for every path that is no model's. */
export function createCatalogue(options: CatalogueOptions): CatalogueHandler {
  const { now = () => performance.now(), epochMillis = Date.now, startedAhead, write } = options;
  const line = createLineWriter({
    stage: options.stage,
    model: undefined,
    functionVersion: options.functionVersion,
  });
  const answer = createAnswers(options);
  const handler = middy<unknown, unknown, Error, Context, Internal>({ timeoutEarlyInMillis: 0 })
    .use(requestLog({ line, write, now, epochMillis, startedAhead }))
    .use(apiGateway())
    .handler((request: unknown) => answer(request as HttpRequest));
  return (event, context) => handler(event as never, context as never) as never;
}

function createAnswers(options: CatalogueOptions) {
  const route = createRouter('catalogue');
  const operations = operationTable(options);
  return async (request: HttpRequest): Promise<HttpReply> => {
    const { method, path, trace } = request;
    const routed = route(method, path);
    if (!routed) throw notFound(path, options.manifest.models);
    if ('allow' in routed) return allowReply(routed.allow);
    trace.operation = routed.operationId;
    const operation = operations[routed.operationId];
    if (!operation) throw new Error(`no operation ${routed.operationId}`);
    return operation(request, routed.params);
  };
}

/** The gateway sends here what is no route, and the routes of models that do not exist. */
function notFound(path: string, models: readonly CatalogueModel[]): SiskinError {
  const segment = path.match(/^\/v2\/models\/([^/]+)/)?.[1];
  const model = segment === undefined ? undefined : decodeOnce(segment);
  if (path === '/v2/models/stats' && !models.some(({ name }) => name === model)) {
    return new SiskinError(
      'not_offered',
      'each model counts for itself: GET /v2/models/{model}/stats has its statistics',
    );
  }
  if (model !== undefined && !models.some(({ name }) => name === model)) {
    return unknownModel(model, models);
  }
  return new SiskinError(
    'route_not_found',
    `no route ${quote(path)}; GET /openapi.json lists every route, GET /v2/models every model`,
  );
}
