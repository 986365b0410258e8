import { tmpdir } from 'node:os';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { ModelManifest } from '../../serving/contract/manifest.ts';
import { DataPlane } from '../../serving/data-plane.ts';
import { type ArtifactFolders, artifactFile } from '../../serving/engine/artifact.ts';
import { createModelLoader } from '../../serving/engine/model-loader.ts';
import { createFormOpener } from '../../serving/engine/optimized-form.ts';
import type { Engine } from '../../serving/engine/port.ts';
import { SessionCache } from '../../serving/engine/session-cache.ts';
import { apiGateway } from '../../serving/http/api-gateway.ts';
import type { ProxyResult } from '../../serving/http/http-reply.ts';
import type { HttpRequest } from '../../serving/http/http-request.ts';
import { createLineWriter } from '../../serving/telemetry/log-line.ts';
import { ModelStatistics } from '../../serving/telemetry/model-statistics.ts';
import { type Internal, requestLog } from '../../serving/telemetry/request-log.ts';
import { createModelRoutes } from './model-routes.ts';

export interface PredictOptions {
  readonly manifest: ModelManifest;
  /** Folder of the package. */
  readonly root: string;
  readonly engine: Engine;
  readonly fetchObject: ArtifactFolders['fetchObject'];
  readonly stage: string;
  readonly functionVersion: string;
  readonly startedAhead: boolean;
  /** The function's memory in MiB, which bounds the models that stay loaded. */
  readonly memory?: number;
  /** Takes the log's lines. */
  readonly write: (line: string) => void;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
  readonly epochMillis?: () => number;
}

export interface Predict {
  readonly handler: (event: unknown, context: unknown) => Promise<ProxyResult>;
  readonly warmUp: () => Promise<void>;
}

/** The prediction function of one model, put together from its parts. */
export function createPredict(options: PredictOptions): Predict {
  const { manifest, root, engine, fetchObject, write } = options;
  const { now = () => performance.now(), epochMillis = Date.now } = options;
  const folders = { root, cache: tmpdir(), fetchObject };
  const warn = (message: string) => write(warning(message, epochMillis()));
  const plane = new DataPlane({
    manifest,
    sessions: new SessionCache({
      load: createModelLoader({
        engine,
        fileOf: (version) => artifactFile(version, folders),
        openForm: createFormOpener({ engine, root }),
        warn,
      }),
      live: manifest.live,
      ...(options.memory && { residentBytes: residentBytes(options.memory) }),
    }),
    statistics: new ModelStatistics(manifest.name),
    now,
  });
  const routes = createModelRoutes({ plane, modelName: manifest.name, now, epochMillis });
  const line = createLineWriter({
    stage: options.stage,
    model: manifest.name,
    functionVersion: options.functionVersion,
  });
  const { startedAhead } = options;
  // No early timeout: an inference blocks the event loop, so middy's timer could not fire in it.
  const handler = middy<unknown, unknown, Error, Context, Internal>({ timeoutEarlyInMillis: 0 })
    .use(requestLog({ line, write, now, epochMillis, startedAhead }))
    .use(apiGateway())
    .handler((request: unknown) => routes(request as HttpRequest));
  return {
    handler: (event, context) => handler(event as never, context as never) as never,
    warmUp: () => warmUp(plane, warn),
  };
}

/** A model that cannot be loaded, or fails on empty input, is said and not fatal: requests will tell. */
async function warmUp(plane: DataPlane, warn: (message: string) => void): Promise<void> {
  try {
    await plane.warmUp();
  } catch (cause) {
    warn(`the warm-up inference failed: ${(cause as Error).message}`);
  }
}

function warning(message: string, timestamp: number): string {
  return `${JSON.stringify({ timestamp, level: 'WARN', message })}\n`;
}

/** What Node, onnxruntime and the buffers of a request take. */
const memoryOfRuntime = 192;

/** Bytes of model files that fit in the memory: a loaded model takes up to twice its file's size. */
function residentBytes(memory: number): number {
  return (Math.max(0, memory - memoryOfRuntime) * 1024 * 1024) / 2;
}
