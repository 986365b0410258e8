import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { DataPlane } from '../data-plane.ts';
import { apiGateway } from '../http/api-gateway.ts';
import type { ProxyResult } from '../http/http-reply.ts';
import { answerAtOnce, together } from '../http/together.ts';
import { createLineWriter } from '../telemetry/log-line.ts';
import { type Internal, requestLog } from '../telemetry/request-log.ts';
import { createModelRoutes, type Operation } from './model-routes.ts';

export interface ModelFunctionOptions {
  readonly plane: DataPlane;
  readonly modelName: string;
  readonly stage: string;
  readonly functionVersion: string;
  readonly startedAhead: boolean;
  /** Takes the log's lines. */
  readonly write: (line: string) => void;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  readonly epochMillis: () => number;
  /** In place of an inference that is answered at once. */
  readonly infer?: Operation;
}

export type ModelHandler = (event: unknown, context: unknown) => Promise<ProxyResult>;

/** A Lambda function around one model's data plane, wherever the model itself runs. */
export function createModelFunction(options: ModelFunctionOptions): ModelHandler {
  const { modelName, stage, functionVersion, write, now, epochMillis, startedAhead } = options;
  const routes = createModelRoutes(options);
  const line = createLineWriter({ stage, model: modelName, functionVersion });
  // No early timeout: an inference blocks the event loop, so middy's timer could not fire in it.
  const edge = together(requestLog({ line, write, now, epochMillis, startedAhead }), apiGateway());
  const handler = middy<unknown, unknown, Error, Context, Internal>({ timeoutEarlyInMillis: 0 })
    .use(answerAtOnce(edge, routes))
    .handler((reply: unknown) => reply);
  return (event, context) => handler(event as never, context as never) as never;
}

/** A line of the log that belongs to no request. */
export function warning(message: string, timestamp: number): string {
  return `${JSON.stringify({ timestamp, level: 'WARN', message })}\n`;
}
