import { expandBody } from '../../serving/codec/content-encoding.ts';
import type { OperationId } from '../../serving/contract/routes.ts';
import { server } from '../../serving/contract/server.ts';
import { SiskinError } from '../../serving/error/siskin-error.ts';
import { bodyReply, type HttpReply, jsonReply } from '../../serving/http/http-reply.ts';
import type { HttpRequest } from '../../serving/http/http-request.ts';
import { quote } from '../../serving/protocol/quote.ts';
import type { CatalogueOptions } from './catalogue.ts';
import { unknownModel } from './unknown-model.ts';

type Operation = (request: HttpRequest, params: Readonly<Record<string, string>>) => HttpReply;

export function operationTable({
  manifest,
  openapi,
  docs,
}: CatalogueOptions): Partial<Record<OperationId, Operation>> {
  const { models } = manifest;
  const metadata: Operation = () => jsonReply(server);
  const refuse =
    (verb: string): Operation =>
    (_, { model = '' }) => {
      if (!models.some(({ name }) => name === model)) throw unknownModel(model, models);
      throw new SiskinError(
        'not_offered',
        `model ${quote(model)} cannot be ${verb} by request: models come and go with a release`,
      );
    };
  return {
    serverMetadata: metadata,
    serverMetadataSlash: metadata,
    serverLive: () => jsonReply({ live: true }),
    serverReady: () => jsonReply({ ready: true }),
    modelList: () => jsonReply({ models: models.map(({ name }) => name) }),
    repositoryIndex: (request) => {
      checkIndexBody(request);
      return jsonReply(
        models.flatMap(({ name, versions }) =>
          versions.map((version) => ({ name, version, state: 'READY', reason: '' })),
        ),
      );
    },
    repositoryLoad: refuse('loaded'),
    repositoryUnload: refuse('unloaded'),
    openapi: () => bodyReply(openapi, { 'content-type': 'application/json' }),
    docs: () => {
      if (docs !== undefined)
        return bodyReply(docs, { 'content-type': 'text/html; charset=utf-8' });
      throw new SiskinError(
        'route_not_found',
        'this deployment has no reference page; see /openapi.json',
      );
    },
  };
}

/** The body may be empty or ask for ready models only, which all of them are. */
function checkIndexBody(request: HttpRequest): void {
  const text = expandBody(request.body(), request.header('content-encoding')).toString('utf8');
  if (text.trim() === '') return;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new SiskinError('bad_body', `the body is not JSON: ${(cause as Error).message}`);
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return;
  throw new SiskinError('bad_request', `the body must be a JSON object, but is ${quote(body)}`);
}
