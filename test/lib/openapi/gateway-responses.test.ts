import { describe, expect, it } from 'vitest';
import { gatewayResponses } from '../../../lib/openapi/gateway-responses.ts';

/** All types of gateway response that API Gateway has. */
const types = [
  'ACCESS_DENIED',
  'API_CONFIGURATION_ERROR',
  'AUTHORIZER_CONFIGURATION_ERROR',
  'AUTHORIZER_FAILURE',
  'BAD_REQUEST_BODY',
  'BAD_REQUEST_PARAMETERS',
  'DEFAULT_4XX',
  'DEFAULT_5XX',
  'EXPIRED_TOKEN',
  'INTEGRATION_FAILURE',
  'INTEGRATION_TIMEOUT',
  'INVALID_API_KEY',
  'INVALID_SIGNATURE',
  'MISSING_AUTHENTICATION_TOKEN',
  'QUOTA_EXCEEDED',
  'REQUEST_TOO_LARGE',
  'RESOURCE_NOT_FOUND',
  'THROTTLED',
  'UNAUTHORIZED',
  'UNSUPPORTED_MEDIA_TYPE',
  'WAF_FILTERED',
];

type Response = {
  statusCode?: number;
  responseTemplates: Record<string, string>;
  responseParameters?: Record<string, string>;
};

const responsesOf = (auth: 'apiKey' | 'iam') => gatewayResponses(auth) as Record<string, Response>;

describe.each(['apiKey', 'iam'] as const)('Gateway responses with %s', (auth) => {
  const responses = responsesOf(auth);

  it('cover every type', () => {
    expect(Object.keys(responses).sort()).toEqual(types);
  });

  it('are all JSON with one member, error, once the gateway has filled in its variables', () => {
    for (const [type, { responseTemplates }] of Object.entries(responses)) {
      const filled = responseTemplates['application/json']
        ?.replaceAll('$context.error.messageString', '"its own words"')
        .replaceAll('$context.requestId', '0b9a');
      const body = JSON.parse(filled ?? '');
      expect(Object.keys(body), type).toEqual(['error']);
      expect(body.error, type).toMatch(/\w/);
    }
  });
});

describe('Gateway responses', () => {
  it('call an unknown route 404, and with signatures also an unsigned request 403', () => {
    expect(responsesOf('apiKey').MISSING_AUTHENTICATION_TOKEN?.statusCode).toBe(404);
    expect(responsesOf('iam').MISSING_AUTHENTICATION_TOKEN?.statusCode).toBe(403);
  });

  it('say when to try again after a throttle', () => {
    expect(responsesOf('apiKey').THROTTLED?.responseParameters).toEqual({
      'gatewayresponse.header.Retry-After': "'1'",
    });
  });
});
