import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import type { AnswerTo, PlainRequest, RequestHead } from '../../host/plain-request.ts';
import type { LogBatch } from '../../telemetry/log-batch.ts';
import { locate, type Nowhere, splitTarget } from './address.ts';
import type { ApiKeys } from './api-keys.ts';
import type { ApiStore, StageRecord } from './api-store.ts';
import { Exchange } from './exchange.ts';
import { ClientGone, GatewayError } from './gateway-error.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import { gatewayResponse } from './gateway-response.ts';
import { requireSignature } from './iam-authorization.ts';
import type { FunctionCall, LambdaIntegration } from './lambda-integration.ts';
import { mockReply } from './mock-integration.ts';
import { proxyResponse } from './proxy-response.ts';
import { JSON_TYPE, NodeAnswer, type Reply, send } from './reply.ts';
import { hearOut, readBody } from './request-body.ts';
import { type ServedMethod, ServedStage } from './served-stage.ts';
import { sendStream } from './streamed-reply.ts';
import { variableNamed } from './variables.ts';
import { Way } from './way.ts';

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
  /** Of plain requests: those of one connection often have one head. */
  #ways = new WeakMap<RequestHead, Way>();

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Something that is served may have changed. */
  forget(): void {
    this.#stages.clear();
    this.#ways = new WeakMap();
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const to = new NodeAnswer(response);
    this.#serve(request, to).catch((error) => this.#cutOff(request, to, error));
  }

  /** Serves a request that leads straight to a function; false for every other. */
  handlePlain({ head, body }: PlainRequest, to: AnswerTo): boolean {
    let way = this.#ways.get(head);
    if (!way) {
      const found = this.#way(head);
      if (!(found instanceof Way)) return false;
      way = found;
      this.#ways.set(head, way);
    }
    const { method } = way;
    if (!method || !way.isPlain) return false;
    const exchange = new Exchange(head, to, way, this.#options.time.now());
    try {
      this.#authorize(exchange, method);
      this.#invoke(exchange, this.#call(exchange, method, body));
    } catch (error) {
      this.#fail(exchange, error);
    }
    return true;
  }

  async #serve(request: IncomingMessage, to: NodeAnswer): Promise<void> {
    const { time } = this.#options;
    const way = this.#way(request);
    if (!(way instanceof Way)) {
      const { status, message } = way;
      const body = JSON.stringify({ error: message });
      send(to, randomUUID(), { status, headers: ['Content-Type', JSON_TYPE], body });
      return;
    }
    const exchange = new Exchange(request, to, way, time.now());
    try {
      await this.#answer(exchange, request, to);
    } catch (error) {
      const timedOut = error instanceof GatewayError && error.status === REQUEST_TIMEOUT;
      if (!timedOut) await hearOut(request, time);
      this.#fail(exchange, error);
    }
  }

  async #answer(exchange: Exchange, request: IncomingMessage, to: NodeAnswer): Promise<void> {
    const { method } = exchange.way;
    if (!method) throw new GatewayError('MISSING_AUTHENTICATION_TOKEN');
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
    const call = this.#call(exchange, method, body);
    if (integration.streaming) await this.#stream(exchange, call, to);
    else this.#invoke(exchange, call);
  }

  #call(exchange: Exchange, method: ServedMethod, body: Buffer): FunctionCall {
    return {
      functionName: method.functionName as string,
      event: exchange.way.event(exchange, method, body, this.#options.lambda.places),
      timeoutMs: method.integration?.timeoutMs ?? 0,
    };
  }

  #invoke(exchange: Exchange, call: FunctionCall): void {
    const { lambda, time } = this.#options;
    const since = time.now();
    lambda.invoke(call, (error, payload) => {
      exchange.integrationMs = time.now() - since;
      try {
        if (!payload) throw error;
        this.#send(exchange, proxyResponse(payload, exchange.way.stage.isBinary));
      } catch (failure) {
        this.#fail(exchange, failure);
      }
    });
  }

  async #stream(exchange: Exchange, call: FunctionCall, to: NodeAnswer): Promise<void> {
    const { lambda, time } = this.#options;
    const since = time.now();
    const answer = await lambda.stream(call);
    exchange.integrationMs = time.now() - since;
    const status = await sendStream(to.response, exchange.requestId, answer);
    this.#record(exchange, status, 0);
  }

  #authorize(exchange: Exchange, { definition, bucket }: ServedMethod): void {
    const { keys } = this.#options;
    const { head, way } = exchange;
    const { stage } = way;
    if (definition.authorizationType === 'AWS_IAM') {
      exchange.accessKey = requireSignature(head, way.query);
    }
    if (definition.apiKeyRequired) {
      const value = head.headers['x-api-key'];
      const text = Array.isArray(value) ? value[0] : value;
      way.admission ??= keys.admission(stage.api.id, stage.stage.stageName, text);
      exchange.apiKey = way.admission.key;
      keys.count(way.admission, exchange.startedAt);
    }
    if (!(bucket ?? stage.bucket).take(exchange.startedAt)) throw new GatewayError('THROTTLED');
  }

  #fail(exchange: Exchange, error: unknown): void {
    try {
      this.#refuse(exchange, error);
    } catch (last) {
      this.#cutOff(exchange.head, exchange.to, last);
    }
  }

  /** Not even an error could be answered. */
  #cutOff({ method, url }: RequestHead, to: AnswerTo, error: unknown): void {
    this.#options.host.log.error(`${method} ${url} was cut off`, error);
    to.destroy();
  }

  #refuse(exchange: Exchange, error: unknown): void {
    const { to, way } = exchange;
    if (error instanceof ClientGone || to.isGone) return;
    if (to.hasBegun) {
      this.#options.host.log.error('An answer broke off', error);
      to.destroy();
      return;
    }
    let known = error;
    if (!(known instanceof GatewayError)) {
      this.#options.host.log.error(`Request ${exchange.requestId} failed`, error);
      known = new GatewayError('DEFAULT_5XX');
    }
    const failure = known as GatewayError;
    exchange.error = failure;
    const now = this.#options.time.now();
    const variables = (name: string) => variableNamed(name)(exchange, now);
    this.#send(exchange, gatewayResponse(way.stage.definition, failure, variables));
  }

  #send(exchange: Exchange, reply: Reply): void {
    const { to, requestId } = exchange;
    if (to.isGone) return;
    try {
      send(to, requestId, reply);
    } catch (error) {
      // Header names and values that HTTP does not allow are the function's mistake.
      if (exchange.error || to.hasBegun) throw error;
      throw new GatewayError('DEFAULT_5XX', undefined, 502);
    }
    this.#record(exchange, reply.status, reply.body.length);
  }

  #record(exchange: Exchange, status: number, length: number): void {
    const { logs, time } = this.#options;
    const { metrics, accessLog } = exchange.way.stage;
    const now = time.now();
    metrics.request(status, now - exchange.startedAt, exchange.integrationMs);
    if (!accessLog) return;
    exchange.status = status;
    exchange.responseLength = length;
    logs.add(accessLog.stream, accessLog.format.write(exchange, now));
  }

  #way(head: RequestHead): Way | Nowhere {
    const [rawPath, query] = splitTarget(head.url ?? '/');
    const address = locate(this.#options.store, head.headers.host ?? '', rawPath);
    if ('status' in address) return address;
    return new Way(head, { stage: this.#stage(address.stage), path: address.path, query });
  }

  #stage(record: StageRecord): ServedStage {
    const id = `${record.restApiId}/${record.stageName}`;
    let served = this.#stages.get(id);
    if (!served) {
      const { store } = this.#options;
      const api = store.api(record.restApiId);
      const deployment = store.deployment(record.restApiId, record.deploymentId);
      served = new ServedStage(this.#options, api, record, deployment);
      this.#stages.set(id, served);
    }
    return served;
  }
}
