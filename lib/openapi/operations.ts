import type { OperationId } from '../../serving/contract/routes.ts';
import type { SchemaName } from './schemas.ts';

/** What an operation takes and answers, beside what the route table says of it. */
export interface OperationShape {
  /** @default - no body */
  readonly request?: SchemaName | 'anyObject';
  /** @default - the operation never succeeds */
  readonly response?: SchemaName | 'anyObject' | 'html';
  readonly errors: readonly number[];
}

const lookup = [404] as const;
const infer: OperationShape = {
  request: 'InferenceRequest',
  response: 'InferenceResponse',
  errors: [400, 404, 408, 413, 415, 500, 501, 502, 503, 504],
};

export const operationShapes: Readonly<Record<OperationId, OperationShape>> = {
  serverMetadata: { response: 'ServerMetadata', errors: [] },
  serverMetadataSlash: { response: 'ServerMetadata', errors: [] },
  serverLive: { response: 'ServerLive', errors: [] },
  serverReady: { response: 'ServerReady', errors: [503] },
  modelList: { response: 'ModelList', errors: [] },
  repositoryIndex: { request: 'anyObject', response: 'RepositoryIndex', errors: [400] },
  repositoryLoad: { errors: [501] },
  repositoryUnload: { errors: [501] },
  openapi: { response: 'anyObject', errors: [] },
  docs: { response: 'html', errors: [] },
  modelMetadata: { response: 'ModelMetadata', errors: lookup },
  modelReady: { response: 'ModelReady', errors: [404, 503] },
  modelInfer: infer,
  modelConfig: { response: 'ModelConfiguration', errors: lookup },
  modelStatistics: { response: 'ModelStatistics', errors: lookup },
  versionMetadata: { response: 'ModelMetadata', errors: lookup },
  versionReady: { response: 'ModelReady', errors: [404, 503] },
  versionInfer: infer,
  versionConfig: { response: 'ModelConfiguration', errors: lookup },
  versionStatistics: { response: 'ModelStatistics', errors: lookup },
};

/** Errors that any operation may answer, from the gateway or from behind it. */
export const errorsOfAll: readonly number[] = [403, 405, 429, 500];

export const errorTexts: Readonly<Record<number, string>> = {
  400: 'The request is wrong: the text names the field and the value',
  403: 'The API key or the signature is missing or not accepted',
  404: 'No such model, version or route',
  405: 'The route exists, with another method',
  408: 'The request carried a deadline, and it has passed',
  413: 'Request or answer is larger than the gateway or the function may carry',
  415: 'An encoding of the body that is not supported',
  429: 'Too many requests, or the quota of the key is used up',
  500: 'The model failed on this request, or the serving code did',
  501: 'Not offered here',
  502: 'The function ended without an answer',
  503: 'Not ready yet: try again',
  504: 'No answer within the time limit',
};
