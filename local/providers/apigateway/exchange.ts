import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiKeyRecord } from './api-store.ts';
import type { GatewayError } from './gateway-error.ts';
import { requestTime, sourceIp } from './proxy-event.ts';
import type { ServedMethod, ServedStage } from './served-stage.ts';

export interface ExchangeStart {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly stage: ServedStage;
  readonly path: string;
  readonly query: string;
  readonly startedAt: number;
}

/** One request on its way, and what templates and logs may say of it. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly stage: ServedStage;
  readonly path: string;
  readonly query: string;
  readonly startedAt: number;
  readonly requestId = randomUUID();
  readonly traceId: string;
  method: ServedMethod | undefined;
  apiKey: ApiKeyRecord | undefined;
  accessKey: string | undefined;
  error: GatewayError | undefined;
  integrationMs: number | undefined;
  status: number | undefined;
  responseLength: number | undefined;

  constructor({ request, response, stage, path, query, startedAt }: ExchangeStart) {
    this.request = request;
    this.response = response;
    this.stage = stage;
    this.path = path;
    this.query = query;
    this.startedAt = startedAt;
    const given = request.headers['x-amzn-trace-id'];
    this.traceId = typeof given === 'string' ? given : newTraceId(startedAt, this.requestId);
  }

  /** A variable of templates and access logs; undefined when it has no value. */
  variable(name: string, now: number): string | undefined {
    const { request } = this;
    if (name.startsWith('method.request.header.')) {
      return request.headers[name.slice(22).toLowerCase()]?.toString();
    }
    if (name.startsWith('stageVariables.')) return this.stage.stage.variables?.[name.slice(15)];
    return this.#contextVariable(name, now);
  }

  #contextVariable(name: string, now: number): string | undefined {
    const { request, stage, method } = this;
    switch (name) {
      case 'context.requestId':
      case 'context.extendedRequestId':
        return this.requestId;
      case 'context.requestTime':
        return requestTime(this.startedAt);
      case 'context.requestTimeEpoch':
        return String(Math.floor(this.startedAt));
      case 'context.httpMethod':
        return request.method;
      case 'context.path':
        return `/${stage.stage.stageName}${this.path}`;
      case 'context.resourcePath':
        return method?.resourcePath;
      case 'context.resourceId':
        return method?.resourceId;
      case 'context.protocol':
        return `HTTP/${request.httpVersion}`;
      case 'context.stage':
        return stage.stage.stageName;
      case 'context.apiId':
        return stage.api.id;
      case 'context.domainName':
        return request.headers.host;
      case 'context.xrayTraceId':
        return this.traceId;
      case 'context.identity.sourceIp':
        return sourceIp(request);
      case 'context.identity.userAgent':
        return request.headers['user-agent'];
      case 'context.identity.apiKeyId':
        return this.apiKey?.id;
      default:
        return this.#outcomeVariable(name, now);
    }
  }

  #outcomeVariable(name: string, now: number): string | undefined {
    switch (name) {
      case 'context.status':
        return this.status?.toString();
      case 'context.responseLength':
        return this.responseLength?.toString();
      case 'context.responseLatency':
        return String(Math.round(now - this.startedAt));
      case 'context.integrationLatency':
      case 'context.integration.latency':
        return this.integrationMs === undefined
          ? undefined
          : String(Math.round(this.integrationMs));
      case 'context.integration.status':
      case 'context.integrationStatus':
        return this.error || this.integrationMs === undefined ? undefined : '200';
      case 'context.error.message':
        return this.error?.message;
      case 'context.error.messageString':
        return this.error && JSON.stringify(this.error.message);
      case 'context.error.responseType':
        return this.error?.type;
      default:
        return undefined;
    }
  }
}

function newTraceId(time: number, requestId: string): string {
  const seconds = Math.floor(time / 1000).toString(16);
  return `Root=1-${seconds}-${requestId.replaceAll('-', '').slice(-24)}`;
}
