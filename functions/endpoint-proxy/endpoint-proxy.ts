import type { EndpointRuntime } from '../../serving/aws/endpoint-runtime.ts';
import type { PutRequest } from '../../serving/aws/request-bucket.ts';
import type { ModelManifest } from '../../serving/contract/manifest.ts';
import { DataPlane } from '../../serving/data-plane.ts';
import { SessionCache } from '../../serving/engine/session-cache.ts';
import {
  createModelFunction,
  type ModelHandler,
} from '../../serving/model-function/model-function.ts';
import { ModelStatistics } from '../../serving/telemetry/model-statistics.ts';
import { createAsyncInference } from './async-inference.ts';
import { EndpointSession } from './endpoint-session.ts';

export interface EndpointProxyOptions {
  readonly manifest: ModelManifest;
  readonly runtime: EndpointRuntime;
  /** Keeps the requests of an asynchronous endpoint; undefined for any other. */
  readonly putRequest: PutRequest | undefined;
  readonly stage: string;
  readonly functionVersion: string;
  readonly startedAhead: boolean;
  /** Takes the log's lines. */
  readonly write: (line: string) => void;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
  readonly epochMillis?: () => number;
}

/**
 * The front of a model behind a SageMaker endpoint: the prediction function with the model elsewhere.
 * Everything but the inference itself is answered here, since the containers there serve nothing else.
 */
export function createEndpointProxy(options: EndpointProxyOptions): ModelHandler {
  const { manifest, runtime, putRequest } = options;
  const { now = () => performance.now(), epochMillis = Date.now } = options;
  const sessions = new SessionCache({
    load: (version) => new EndpointSession(runtime, version, { queued: putRequest !== undefined }),
    live: manifest.live,
  });
  const statistics = new ModelStatistics(manifest.name);
  const plane = new DataPlane({ manifest, sessions, statistics, now });
  // There is nothing to load, so that no request is one that loaded its model.
  for (const version of manifest.versions) sessions.get(version);
  const modelName = manifest.name;
  const infer = putRequest && createAsyncInference(modelName, runtime, putRequest);
  return createModelFunction({
    ...options,
    plane,
    modelName,
    now,
    epochMillis,
    ...(infer && { infer }),
  });
}
