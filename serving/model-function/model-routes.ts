import type { ManifestVersion } from '../contract/manifest.ts';
import type { OperationId } from '../contract/routes.ts';
import type { DataPlane } from '../data-plane.ts';
import { Deadline, patience } from '../deadline.ts';
import type { Soon } from '../engine/soon.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { allowReply, type HttpReply, jsonReply } from '../http/http-reply.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { createRouter } from '../http/router.ts';
import { quote } from '../protocol/quote.ts';
import { infer } from './infer.ts';

export interface ModelRoutesOptions {
  readonly plane: DataPlane;
  readonly modelName: string;
  readonly now: () => number;
  readonly epochMillis: () => number;
  /** In place of an inference that is answered at once. */
  readonly infer?: Operation;
}

/** What an operation gets besides the request. */
export interface Addressed {
  readonly version: ManifestVersion;
  readonly deadline: Deadline;
}

export type Operation = (request: HttpRequest, addressed: Addressed) => Soon<HttpReply>;

export function createModelRoutes(options: ModelRoutesOptions) {
  const { plane, modelName, now } = options;
  const route = createRouter('model');
  const operations = operationTable(options);
  return (request: HttpRequest): Soon<HttpReply> => {
    const { trace } = request;
    const routed = route(request.method, request.path);
    if (!routed) throw noRoute(request.path, modelName);
    if ('allow' in routed) return allowReply(routed.allow);
    const { operationId, params } = routed;
    const operation = operations[operationId];
    if (!operation) throw noRoute(request.path, modelName);
    trace.operation = operationId;
    trace.isInference = operationId.endsWith('Infer');
    if (params.model !== modelName) {
      throw new SiskinError(
        'model_not_found',
        `no model ${quote(params.model)} here; this function serves ${quote(modelName)}`,
      );
    }
    const version = plane.version(params.version);
    trace.version = version.version;
    trace.coldStart ||= !plane.isLoaded(version);
    const elapsedMicros = () => (now() - trace.start) * 1000;
    const deadline = new Deadline(request.remainingMillis, elapsedMicros, patience);
    return operation(request, { version, deadline });
  };
}

function operationTable(options: ModelRoutesOptions): Partial<Record<OperationId, Operation>> {
  const { plane } = options;
  const metadata: Operation = (_, { version }) => jsonReply(plane.metadata(version));
  const config: Operation = (_, { version }) => jsonReply(plane.config(version));
  const ready: Operation = async (request, { version, deadline }) =>
    jsonReply(await plane.ready(version, deadline, request));
  const inference: Operation =
    options.infer ?? ((request, addressed) => infer(options, request, addressed));
  return {
    modelMetadata: metadata,
    versionMetadata: metadata,
    modelConfig: config,
    versionConfig: config,
    modelReady: ready,
    versionReady: ready,
    modelInfer: inference,
    versionInfer: inference,
    modelStatistics: () => jsonReply(plane.statisticsOf(plane.versions)),
    versionStatistics: (_, { version }) => jsonReply(plane.statisticsOf([version])),
  };
}

function noRoute(path: string, model: string): SiskinError {
  return new SiskinError(
    'route_not_found',
    `no route ${quote(path)}; under /v2/models/${model} and /v2/models/${model}/versions/{version} there are infer, ready, config and stats`,
  );
}
