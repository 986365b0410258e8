import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import type { LogBatch } from '../../telemetry/log-batch.ts';
import { locate } from './address.ts';
import type { ApiKeys } from './api-keys.ts';
import type { ApiKeyRecord, ApiStore, StageRecord } from './api-store.ts';
import { Exchange } from './exchange.ts';
import { ClientGone, GatewayError } from './gateway-error.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import { gatewayResponse } from './gateway-response.ts';
import { requireSignature } from './iam-authorization.ts';
import type { LambdaIntegration } from './lambda-integration.ts';
import { mockReply } from './mock-integration.ts';
import { proxyEvent } from './proxy-event.ts';
import { proxyResponse } from './proxy-response.ts';
import { JSON_TYPE, type Reply, send } from './reply.ts';
import { hearOut, readBody } from './request-body.ts';
import { type ServedMethod, ServedStage } from './served-stage.ts';
import { sendStream } from './streamed-reply.ts';

const REQUEST_TIMEOUT = 408;

export interface GatewayOptions {
  readonly host: Host;
  readonly time: Clock;
  readonly store: ApiStore;
  readonly keys: ApiKeys;
  readonly lambda: LambdaIntegration;
  readonly logs: LogBatch;
  readonly metrics: GatewayMetrics;
}

/** The data plane: takes a request through routing, authorization and integration to its answer. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #stages = new Map<string, ServedStage>();

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Something that is served may have changed. */
  forget(): void {
    this.#stages.clear();
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#serve(request, response).catch((error) => {
      // Not even an error could be answered.
      this.#options.host.log.error(`${request.method} ${request.url} was cut off`, error);
      response.destroy();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { store, time } = this.#options;
    const [rawPath = '/', query = ''] = splitUrl(request.url ?? '/');
    const address = locate(store, request.headers.host ?? '', rawPath);
    if ('status' in address) {
      const body = JSON.stringify({ error: address.message });
      send(response, randomUUID(), {
        status: address.status,
        headers: ['Content-Type', JSON_TYPE],
        body,
      });
      return;
    }
    const exchange = new Exchange({
      request,
      response,
      stage: this.#stage(address.stage),
      path: address.path,
      query,
      startedAt: time.now(),
    });
    try {
      await this.#answer(exchange);
    } catch (error) {
      const timedOut = error instanceof GatewayError && error.status === REQUEST_TIMEOUT;
      if (!timedOut) await hearOut(request, time);
      this.#fail(exchange, error);
    }
  }

  async #answer(exchange: Exchange): Promise<void> {
    const { stage, request } = exchange;
    const match = stage.routes.match(exchange.path);
    const method = match?.to[request.method ?? ''] ?? match?.to.ANY;
    if (!match || !method) throw new GatewayError('MISSING_AUTHENTICATION_TOKEN');
    exchange.method = method;
    this.#authorize(exchange, method);
    const read = readBody(request, this.#options.time);
    const body = read instanceof Promise ? await read : read;
    const { integration, functionName } = method;
    if (integration?.type === 'MOCK') {
      this.#send(exchange, mockReply(integration));
      return;
    }
    if (integration?.type !== 'AWS_PROXY' || functionName === undefined) {
      const what = integration ? `${integration.type} ${integration.uri}` : 'none';
      this.#options.host.log.warn(`${method.resourcePath}: the integration is not run: ${what}`);
      throw new GatewayError('API_CONFIGURATION_ERROR');
    }
    const event = this.#event(exchange, method, body, match.parameters);
    await this.#integrate(exchange, method, functionName, event);
  }

  async #integrate(
    exchange: Exchange,
    { integration }: ServedMethod,
    functionName: string,
    event: Buffer,
  ): Promise<void> {
    const { lambda, time } = this.#options;
    const { timeoutMs = 0, streaming = false } = integration ?? {};
    const since = time.now();
    if (streaming) {
      const answer = await lambda.stream(functionName, event, timeoutMs);
      exchange.integrationMs = time.now() - since;
      const status = await sendStream(exchange.response, exchange.requestId, answer);
      this.#record(exchange, status, 0);
      return;
    }
    try {
      const payload = await lambda.invoke(functionName, event, timeoutMs);
      exchange.integrationMs = time.now() - since;
      this.#send(exchange, proxyResponse(payload, exchange.stage.isBinary));
    } catch (error) {
      exchange.integrationMs ??= time.now() - since;
      throw error;
    }
  }

  #authorize(exchange: Exchange, { definition, bucket }: ServedMethod): void {
    const { stage, request, query } = exchange;
    if (definition.authorizationType === 'AWS_IAM') {
      exchange.accessKey = requireSignature(request, query);
    }
    if (definition.apiKeyRequired) {
      const value = request.headers['x-api-key'];
      const text = Array.isArray(value) ? value[0] : value;
      exchange.apiKey = this.#options.keys.admit(stage.api.id, stage.stage.stageName, text);
    }
    const now = this.#options.time.now();
    if (!(bucket ?? stage.bucket).take(now)) throw new GatewayError('THROTTLED');
  }

  #event(
    exchange: Exchange,
    method: ServedMethod,
    body: Buffer,
    parameters: readonly (readonly [string, string])[] | undefined,
  ): Buffer {
    const { request, path, query, requestId, traceId, startedAt, apiKey, accessKey } = exchange;
    return proxyEvent(method.frame, {
      request,
      path,
      query,
      parameters,
      body,
      binary: exchange.stage.isBinary(request.headers['content-type'] ?? ''),
      requestId,
      traceId,
      time: startedAt,
      apiKey: apiKey as ApiKeyRecord | undefined,
      accessKey,
    });
  }

  #fail(exchange: Exchange, error: unknown): void {
    const { response, stage } = exchange;
    if (error instanceof ClientGone || response.destroyed) return;
    if (response.headersSent) {
      this.#options.host.log.error('An answer broke off', error);
      response.destroy();
      return;
    }
    let known = error;
    if (!(known instanceof GatewayError)) {
      this.#options.host.log.error(`Request ${exchange.requestId} failed`, error);
      known = new GatewayError('DEFAULT_5XX');
    }
    const failure = known as GatewayError;
    exchange.error = failure;
    const variables = (name: string) => exchange.variable(name, this.#options.time.now());
    this.#send(exchange, gatewayResponse(stage.definition, failure, variables));
  }

  #send(exchange: Exchange, reply: Reply): void {
    const { response, requestId } = exchange;
    if (response.destroyed) return;
    try {
      send(response, requestId, reply);
    } catch (error) {
      // Header names and values that HTTP does not allow are the function's mistake.
      if (exchange.error || response.headersSent) throw error;
      throw new GatewayError('DEFAULT_5XX', undefined, 502);
    }
    this.#record(exchange, reply.status, reply.body.length);
  }

  #record(exchange: Exchange, status: number, length: number): void {
    const { metrics, logs, time } = this.#options;
    const { api, stage, accessLog } = exchange.stage;
    const now = time.now();
    const latency = now - exchange.startedAt;
    metrics.stage(api.name, stage.stageName).request(status, latency, exchange.integrationMs);
    if (!accessLog) return;
    exchange.status = status;
    exchange.responseLength = length;
    logs.add(
      accessLog.stream,
      accessLog.format.write((name) => exchange.variable(name, now)),
    );
  }

  #stage(record: StageRecord): ServedStage {
    const id = `${record.restApiId}/${record.stageName}`;
    let served = this.#stages.get(id);
    if (!served) {
      const { host, logs, store, time } = this.#options;
      const api = store.api(record.restApiId);
      const deployment = store.deployment(record.restApiId, record.deploymentId);
      served = new ServedStage(host, logs, time.now(), api, record, deployment);
      this.#stages.set(id, served);
    }
    return served;
  }
}

function splitUrl(url: string): [path: string, query: string] {
  // HTTP asks every server to take a target with the host in it.
  const target = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*/i, '') || '/';
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}
