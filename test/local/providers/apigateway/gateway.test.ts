import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../local/host/aws-error.ts';
import { ANY, FunctionFailure, GatewayCloud, openApi, proxyTo } from './gateway-cloud.ts';

const ERROR = {
  responseTemplates: { 'application/json': '{"error":$context.error.messageString}' },
};
const DOCUMENT = openApi(
  {
    '/v2': { get: proxyTo('catalogue') },
    '/v2/models/{name}': { [ANY]: proxyTo('any') },
    '/v2/models/spam': {
      [ANY]: proxyTo('spam', { timeoutInMillis: 500 }),
      get: proxyTo('spam-get'),
    },
    '/v2/models/spam/{proxy+}': { [ANY]: proxyTo('spam') },
    '/{proxy+}': { [ANY]: proxyTo('rest') },
    '/health': {
      get: proxyTo('health'),
      options: {
        'x-amazon-apigateway-integration': {
          type: 'mock',
          requestTemplates: { 'application/json': '{"statusCode": 204}' },
          responses: {
            default: {
              statusCode: '204',
              responseParameters: {
                'method.response.header.Access-Control-Allow-Origin': "'*'",
              },
            },
          },
        },
      },
    },
  },
  {
    'x-amazon-apigateway-gateway-responses': {
      DEFAULT_4XX: ERROR,
      DEFAULT_5XX: ERROR,
      MISSING_AUTHENTICATION_TOKEN: {
        statusCode: 404,
        responseTemplates: {
          'application/json': '{"error":"no $context.httpMethod $context.path in $context.stage"}',
        },
      },
      INTEGRATION_TIMEOUT: {
        ...ERROR,
        responseParameters: {
          'gatewayresponse.header.Retry-After': "'1'",
          'gatewayresponse.header.X-Agent': 'method.request.header.User-Agent',
        },
      },
    },
  },
);

const cloud = new GatewayCloud();
beforeAll(async () => {
  await cloud.start();
  await cloud.deploy(DOCUMENT, {
    AccessLogSetting: {
      DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:access',
      Format:
        '{"s":"$context.status","p":"$context.resourcePath","k":"$context.identity.apiKeyId","e":"$context.error.responseType"}',
    },
  });
});
afterAll(() => cloud.remove());
beforeEach(() => {
  cloud.events.length = 0;
  cloud.answer = () => ({ statusCode: 200, body: 'ok' });
});

describe('routing', () => {
  it.each([
    ['GET', '/v2', 'catalogue', '/v2', null],
    ['GET', '/v2/', 'catalogue', '/v2', null],
    ['GET', '/v2/models/spam', 'spam-get', '/v2/models/spam', null],
    ['POST', '/v2/models/spam', 'spam', '/v2/models/spam', null],
    ['POST', '/v2/models/spam/infer', 'spam', '/v2/models/spam/{proxy+}', { proxy: 'infer' }],
    ['POST', '/v2/models/spam/a/b/', 'spam', '/v2/models/spam/{proxy+}', { proxy: 'a/b' }],
    ['POST', '/v2/models/other', 'any', '/v2/models/{name}', { name: 'other' }],
    ['POST', '/v2/models/gr%C3%BCn%2525', 'any', '/v2/models/{name}', { name: 'gr\u00fcn%25' }],
    ['POST', '/v2/models/other/infer', 'rest', '/{proxy+}', { proxy: 'v2/models/other/infer' }],
    ['DELETE', '/anything', 'rest', '/{proxy+}', { proxy: 'anything' }],
  ])('%s %s goes to %s', async (method, path, name, resource, parameters) => {
    let called = '';
    cloud.answer = (_event, functionName) => {
      called = functionName;
      return { statusCode: 200 };
    };
    expect((await cloud.request(method, path)).status).toBe(200);
    expect(called).toBe(`arn:aws:lambda:us-east-1:000000000000:function:${name}:live`);
    expect(cloud.events[0]).toMatchObject({
      resource,
      path,
      httpMethod: method,
      pathParameters: parameters,
    });
  });

  it('answers a method that a resource lacks as API Gateway does', async () => {
    const { status, body } = await cloud.request('DELETE', '/v2?x=1');
    expect(status).toBe(404);
    expect(JSON.parse(body)).toEqual({ error: 'no DELETE /v1/v2 in v1' });
  });

  it('answers a mock integration itself', async () => {
    const { status, headers } = await cloud.request('OPTIONS', '/health');
    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(cloud.events).toEqual([]);
  });
});

describe('the event', () => {
  it('has the shape of a REST proxy event', async () => {
    await cloud.request('POST', '/v2/models/spam/infer?a=1&a=2&b=%20x', {
      headers: {
        'X-Custom': 'one',
        accept: 'a/b',
        'User-Agent': 'test "agent"',
        'x-twice': ['1', '2'],
      },
      body: Buffer.from([0, 255, 1]),
    });
    const [event] = cloud.events;
    expect(event).toMatchObject({
      headers: { 'X-Custom': 'one', accept: 'a/b', 'User-Agent': 'test "agent"', 'x-twice': '2' },
      multiValueHeaders: { 'X-Custom': ['one'], 'x-twice': ['1', '2'] },
      queryStringParameters: { a: '2', b: ' x' },
      multiValueQueryStringParameters: { a: ['1', '2'], b: [' x'] },
      stageVariables: null,
      body: Buffer.from([0, 255, 1]).toString('base64'),
      isBase64Encoded: true,
      requestContext: {
        resourcePath: '/v2/models/spam/{proxy+}',
        httpMethod: 'POST',
        path: '/v1/v2/models/spam/infer',
        accountId: '000000000000',
        protocol: 'HTTP/1.1',
        stage: 'v1',
        identity: { sourceIp: '127.0.0.1', userAgent: 'test "agent"', accessKey: null },
      },
    });
    expect(event?.headers['X-Forwarded-For']).toBe('127.0.0.1');
    expect(event?.headers).not.toHaveProperty('content-length');
    expect(event?.requestContext.requestTime).toMatch(
      /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/,
    );
  });

  it.each([
    ['a trace of its own', {}],
    ["the caller's trace", { 'X-Amzn-Trace-Id': 'Root=1-2-3' }],
  ])('with %s is the same whether Node read the request or not', async (_what, trace) => {
    const headers = { 'X-Custom': 'a "b" \\', accept: 'a/b', ...trace };
    const before = cloud.plainRequests;
    for (const connection of ['keep-alive', 'close']) {
      const path = '/v2/models/spam/x%20y?a=1&a=%22';
      await cloud.request('POST', path, { headers: { ...headers, connection }, body: 'body' });
    }
    expect(cloud.plainRequests).toBe(before + 1);
    const [plain, other] = cloud.events.map((event) => {
      const text = JSON.stringify(event)
        .replaceAll(event.requestContext.requestId, 'id')
        .replaceAll(event.headers['X-Amzn-Trace-Id'], 'trace');
      const { requestContext, ...rest } = JSON.parse(text);
      return {
        ...rest,
        requestContext: { ...requestContext, requestTime: 0, requestTimeEpoch: 0 },
      };
    });
    expect(plain).toEqual(other);
  });

  it('has its own ids and body for each request with an equal head', async () => {
    const head = 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n';
    const socket = connect(cloud.port, '127.0.0.1');
    for (const body of ['a', 'b', 'c']) {
      socket.write(head + body);
      await once(socket, 'data');
    }
    socket.destroy();
    const bodies = cloud.events.map(({ body }) => `${Buffer.from(body ?? '', 'base64')}`);
    expect(bodies).toEqual(['a', 'b', 'c']);
    const ids = cloud.events.flatMap(({ requestContext, headers, multiValueHeaders }) => [
      requestContext.requestId,
      headers['X-Amzn-Trace-Id'],
      ...(multiValueHeaders['X-Amzn-Trace-Id'] === headers['X-Amzn-Trace-Id'] ? ['no list'] : []),
    ]);
    expect(new Set(ids).size).toBe(6);
  });

  it('has no body when there is none', async () => {
    await cloud.get('/health');
    expect(cloud.events[0]).toMatchObject({
      body: null,
      isBase64Encoded: false,
      queryStringParameters: null,
    });
  });

  it.each([1, 2, 3, 50_000, 3_000_000])('carries a body of %d bytes unchanged', async (size) => {
    const body = Buffer.alloc(size, 'siskin \u00fc');
    await cloud.request('POST', '/x', { body });
    expect(Buffer.from(cloud.events[0]?.body ?? '', 'base64').equals(body)).toBe(true);
  });
});

describe('the answer', () => {
  it('passes status, headers and body on', async () => {
    cloud.answer = () => ({
      statusCode: '201',
      headers: { 'X-One': 1, 'x-dropped': 'no' },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], 'X-Dropped': ['yes'] },
      body: 'gr\u00fcn',
    });
    const { status, headers, body } = await cloud.get('/health');
    expect({ status, body }).toEqual({ status: 201, body: 'gr\u00fcn' });
    expect(headers).toMatchObject({
      'x-one': '1',
      'x-dropped': 'yes',
      'set-cookie': ['a=1', 'b=2'],
      'content-type': 'application/json',
    });
    expect(headers['x-amzn-requestid']).toBe(cloud.events[0]?.requestContext.requestId);
  });

  it('decodes a binary body', async () => {
    const bytes = Buffer.from([0, 200, 10]);
    cloud.answer = () => ({
      statusCode: 200,
      body: bytes.toString('base64'),
      isBase64Encoded: true,
    });
    expect((await cloud.get('/health')).bytes.equals(bytes)).toBe(true);
  });

  it('to HEAD has no body', async () => {
    const { status, body } = await cloud.request('HEAD', '/anything');
    expect({ status, body }).toEqual({ status: 200, body: '' });
  });

  it.each([
    ['no JSON', 'oops'],
    ['not an object', 7],
    ['an unknown member', { statusCode: 200, other: 1 }],
    ['a status that is none', { statusCode: 'fine' }],
    ['a body that is no text', { statusCode: 200, body: {} }],
    ['a header that is no text', { statusCode: 200, headers: { a: {} } }],
    ['a header that HTTP forbids', { statusCode: 200, headers: { a: 'x\r\ny' } }],
    ['a failed function', new FunctionFailure()],
  ])('that is %s becomes a 502', async (_what, value) => {
    cloud.answer = () => value;
    const { status, body } = await cloud.get('/health');
    expect({ status, body }).toEqual({ status: 502, body: '{"error":"Internal server error"}' });
  });

  it.each([
    ['TooManyRequestsException', 429, 500, 'Internal server error'],
    ['ResourceNotFoundException', 404, 500, 'Internal server error'],
    ['RequestTooLargeException', 413, 413, 'Request Too Long'],
  ])('to %s of Lambda is what AWS documents', async (code, lambda, status, error) => {
    cloud.answer = () => {
      throw new AwsError(code, 'no', lambda);
    };
    const answer = await cloud.get('/health');
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ error });
  });

  it('that takes too long is a 504, with the headers that the API sets', async () => {
    cloud.answer = () => new Promise(() => {});
    const answering = cloud.request('POST', '/v2/models/spam', { headers: { 'User-Agent': 'me' } });
    await expect.poll(() => cloud.events.length).toBe(1);
    await cloud.time.advance(500);
    const { status, headers, body } = await answering;
    expect({ status, body }).toEqual({
      status: 504,
      body: '{"error":"Endpoint request timed out"}',
    });
    expect(headers).toMatchObject({ 'retry-after': '1', 'x-agent': 'me' });
  });
});

describe('sizes and deadlines', () => {
  it('refuses a body over 10 MB, announced or not', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024 + 1);
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
      const { status, body: text } = await cloud.request('POST', '/x', { body, headers });
      expect({ status, text }).toEqual({ status: 413, text: '{"error":"Request Too Long"}' });
    }
    expect(cloud.events).toEqual([]);
  });

  it('refuses a body whose event exceeds the 6 MB of Lambda', async () => {
    const { status } = await cloud.request('POST', '/x', { body: Buffer.alloc(4_720_000) });
    expect(status).toBe(413);
    expect((await cloud.request('POST', '/x', { body: Buffer.alloc(4_700_000) })).status).toBe(200);
  });

  it('gives up on a request that does not arrive', async () => {
    const socket = connect(cloud.port, '127.0.0.1');
    socket.write(
      'POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10\r\n\r\nabc',
    );
    await expect.poll(() => cloud.time.pending).toBe(1);
    await cloud.time.advance(30_000);
    const answer = await new Promise<string>((resolve) => {
      socket.once('data', (chunk) => resolve(chunk.toString()));
    });
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    socket.destroy();
  });

  it('forgets a caller who goes away half way', async () => {
    const socket = connect(cloud.port, '127.0.0.1');
    socket.write(
      'POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10\r\n\r\nabc',
    );
    await expect.poll(() => cloud.time.pending).toBe(1);
    socket.destroy();
    await expect.poll(() => cloud.time.pending).toBe(0);
    expect((await cloud.get('/health')).status).toBe(200);
  });
});

describe('what is told', () => {
  it('writes the access log and counts each request', async () => {
    await cloud.clock.advance(1000);
    cloud.lines.length = 0;
    cloud.metrics.length = 0;
    await cloud.get('/health');
    await cloud.request('DELETE', '/v2');
    await cloud.clock.advance(1000);
    expect(cloud.lines).toEqual([
      '{"s":"200","p":"/health","k":"-","e":"-"}',
      '{"s":"404","p":"-","k":"-","e":"MISSING_AUTHENTICATION_TOKEN"}',
    ]);
    const total = (name: string) =>
      cloud.metrics
        .filter(({ MetricName }) => MetricName === name)
        .flatMap(({ Values, Counts }) => Values.map((value, i) => value * (Counts[i] ?? 0)))
        .reduce((sum, value) => sum + value, 0);
    // Each counts for the API and for its stage.
    expect([total('Count'), total('4XXError'), total('5XXError')]).toEqual([4, 2, 0]);
  });
});
