import type { Exchange } from './exchange.ts';
import { requestTime } from './request-time.ts';

/** Gives a variable's value for an exchange at the time `now`; undefined when it has none. */
export type Variable = (exchange: Exchange, now: number) => string | undefined;

/** The variable of templates and access logs that has this name. */
export function variableNamed(name: string): Variable {
  if (name.startsWith('method.request.header.')) {
    const header = name.slice(22).toLowerCase();
    return ({ head }) => head.headers[header]?.toString();
  }
  if (name.startsWith('stageVariables.')) {
    const variable = name.slice(15);
    return ({ way }) => way.stage.stage.variables?.[variable];
  }
  return CONTEXT[name] ?? (() => undefined);
}

const integrationStatus: Variable = ({ error, integrationMs }) =>
  error || integrationMs === undefined ? undefined : '200';
const integrationLatency: Variable = ({ integrationMs }) =>
  integrationMs === undefined ? undefined : String(Math.round(integrationMs));

const CONTEXT: Readonly<Record<string, Variable>> = {
  'context.requestId': ({ requestId }) => requestId,
  'context.extendedRequestId': ({ requestId }) => requestId,
  'context.requestTime': ({ startedAt }) => requestTime(startedAt),
  'context.requestTimeEpoch': ({ startedAt }) => String(Math.floor(startedAt)),
  'context.httpMethod': ({ head }) => head.method,
  'context.path': ({ way }) => `/${way.stage.stage.stageName}${way.path}`,
  'context.resourcePath': ({ way }) => way.method?.resourcePath,
  'context.resourceId': ({ way }) => way.method?.resourceId,
  'context.protocol': ({ head }) => `HTTP/${head.httpVersion}`,
  'context.stage': ({ way }) => way.stage.stage.stageName,
  'context.apiId': ({ way }) => way.stage.api.id,
  'context.domainName': ({ head }) => head.headers.host,
  'context.xrayTraceId': ({ traceId }) => traceId,
  'context.identity.sourceIp': ({ way }) => way.sourceIp,
  'context.identity.userAgent': ({ head }) => head.headers['user-agent'],
  'context.identity.apiKeyId': ({ apiKey }) => apiKey?.id,
  'context.status': ({ status }) => status?.toString(),
  'context.responseLength': ({ responseLength }) => responseLength?.toString(),
  'context.responseLatency': ({ startedAt }, now) => String(Math.round(now - startedAt)),
  'context.integrationLatency': integrationLatency,
  'context.integration.latency': integrationLatency,
  'context.integration.status': integrationStatus,
  'context.integrationStatus': integrationStatus,
  'context.error.message': ({ error }) => error?.message,
  'context.error.messageString': ({ error }) => error && JSON.stringify(error.message),
  'context.error.responseType': ({ error }) => error?.type,
};
