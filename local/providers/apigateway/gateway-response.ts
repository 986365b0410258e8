import type { ApiDefinition } from './api-definition.ts';
import type { GatewayError } from './gateway-error.ts';
import type { Reply } from './reply.ts';
import { JSON_TYPE } from './reply.ts';

/** What a response's template may name: `context.error.message`, `method.request.header.X` ... */
export type Variables = (name: string) => string | undefined;

const DEFAULT_TEMPLATE = '{"message":$context.error.messageString}';

/** An error as the API wants it to look; API Gateway substitutes variables and runs no template. */
export function gatewayResponse(
  { gatewayResponses }: Pick<ApiDefinition, 'gatewayResponses'>,
  error: GatewayError,
  variables: Variables,
): Reply {
  const fallback = error.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX';
  const own = gatewayResponses[error.type];
  const configured = own ?? gatewayResponses[fallback];
  const resolve: Variables = (name) => errorVariable(error, name) ?? variables(name);
  const [contentType, template] = templateOf(configured?.responseTemplates);
  const headers = ['Content-Type', contentType];
  for (const [target, source] of Object.entries(configured?.responseParameters ?? {})) {
    const name = /^gatewayresponse\.header\.(.+)$/.exec(target)?.[1];
    const value = parameterValue(source, resolve);
    if (name && value !== undefined) headers.push(name, value);
  }
  return {
    // The status of DEFAULT_4XX and DEFAULT_5XX is for errors that are not configured themselves.
    status: Number(configured?.statusCode ?? error.status),
    headers,
    body: substitute(template, resolve),
  };
}

function templateOf(templates: Readonly<Record<string, string>> = {}): [string, string] {
  const json = templates[JSON_TYPE];
  if (json !== undefined) return [JSON_TYPE, json];
  return Object.entries(templates)[0] ?? [JSON_TYPE, DEFAULT_TEMPLATE];
}

function errorVariable(error: GatewayError, name: string): string | undefined {
  switch (name) {
    case 'context.error.message':
      return error.message;
    case 'context.error.messageString':
      return JSON.stringify(error.message);
    case 'context.error.responseType':
      return error.type;
    case 'context.error.validationErrorString':
      return '';
    default:
      return undefined;
  }
}

/** `'text'` in quotes, or the name of a variable. */
function parameterValue(source: string, variables: Variables): string | undefined {
  return /^'(.*)'$/s.exec(source)?.[1] ?? variables(source);
}

const NAME = '(?:context|stageVariables|method\\.request)(?:\\.[A-Za-z0-9_-]+)+';
const VARIABLE = new RegExp(`\\$(?:\\{(${NAME})\\}|(${NAME}))`, 'g');

/** Replaces `$context.x` and `${context.x}`; a variable without a value becomes nothing. */
export function substitute(template: string, variables: Variables): string {
  return template.replace(VARIABLE, (_all, braced, bare) => variables(braced ?? bare) ?? '');
}
