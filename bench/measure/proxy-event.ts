import type { RequestBody } from '../models/request.ts';

/** The event that API Gateway makes of a request; its body is base64, since every type is binary. */
export function inferEvent(model: string, { body, headers }: RequestBody): object {
  const path = `/v2/models/${model}/infer`;
  const sent: Record<string, string> = {
    Accept: '*/*',
    Host: 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
    'User-Agent': 'bench/1',
    'X-Amzn-Trace-Id': 'Root=1-5bdb40ca-556d8b0c50dc66f0511bf520',
    'X-Forwarded-For': '192.0.2.1',
    'X-Forwarded-Port': '443',
    'X-Forwarded-Proto': 'https',
    'x-api-key': '0123456789abcdefghij',
    ...headers,
  };
  const multiple = Object.entries(sent).map(([name, value]) => [name, [value]]);
  return {
    resource: `/v2/models/${model}/{proxy+}`,
    path,
    httpMethod: 'POST',
    headers: sent,
    multiValueHeaders: Object.fromEntries(multiple),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { proxy: 'infer' },
    stageVariables: null,
    requestContext: {
      accountId: '123456789012',
      apiId: 'a1b2c3d4e5',
      httpMethod: 'POST',
      identity: { sourceIp: '192.0.2.1', userAgent: 'bench/1' },
      path: `/bench${path}`,
      protocol: 'HTTP/1.1',
      requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      resourcePath: `/v2/models/${model}/{proxy+}`,
      stage: 'bench',
    },
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
}
