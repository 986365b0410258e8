import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudHost } from '../../../../local/host/cloud-host.ts';
import { silentLog } from '../../../../local/host/log.ts';
import { ManualClock } from '../../../../local/host/manual-clock.ts';
import { createApigatewayProvider } from '../../../../local/providers/apigateway/index.ts';
import { createLambdaProvider } from '../../../../local/providers/lambda/index.ts';
import { ANY, openApi, proxyTo } from './gateway-cloud.ts';

const HANDLER = `
  exports.echo = async (event) => {
    if (event.path === '/die') process.exit(1);
    return { statusCode: 200, isBase64Encoded: true, body: event.body,
      headers: { 'content-type': 'application/octet-stream', 'x-path': event.path } };
  };
  exports.stream = awslambda.streamifyResponse(async (event, stream) => {
    stream = awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers: { 'x-a': 'b' } });
    for (const part of ['one ', 'two ', 'three']) stream.write(part);
    stream.end();
  });`;

const state = mkdtempSync(join(tmpdir(), 'gateway-lambda-'));
const host = new CloudHost({
  folder: state,
  clock: new ManualClock(),
  log: silentLog,
  endpoint: 'http://127.0.0.1:8080',
  providers: { apigateway: createApigatewayProvider, lambda: createLambdaProvider },
});
let server: Server;
let url: string;

beforeAll(async () => {
  await host.start();
  for (const name of ['echo', 'stream']) {
    await host.call('lambda', 'CreateFunction', {
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: `index.${name}`,
      Timeout: 60,
      Role: 'r',
      Code: { ZipFile: zipSync({ 'index.js': Buffer.from(HANDLER) }) },
    });
    await host.call('lambda', 'PublishVersion', { FunctionName: name });
    await host.call('lambda', 'CreateAlias', {
      FunctionName: name,
      Name: 'live',
      FunctionVersion: '1',
    });
  }
  const Body = openApi({
    '/{proxy+}': { [ANY]: proxyTo('echo') },
    '/stream': { get: proxyTo('stream', { responseTransferMode: 'STREAM' }) },
  });
  const create = async (type: string, properties: Record<string, unknown>) => {
    const resource = host.resourceType(`AWS::ApiGateway::${type}`);
    const made = await resource?.create({
      stackName: 's',
      stackId: 's',
      logicalId: 'l',
      properties,
      rollingBack: false,
      signal: new AbortController().signal,
    });
    return made?.physicalId;
  };
  const RestApiId = await create('RestApi', { Body });
  await create('Deployment', { RestApiId, StageName: 'v1' });
  server = createServer((request, response) =>
    host.services.get('apigateway')?.http?.(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await host.stop();
  rmSync(state, { recursive: true, force: true });
});

describe('API Gateway in front of a function', () => {
  it('carries bytes there and back, also many requests at once', async () => {
    const bodies = Array.from({ length: 40 }, (_, i) => Buffer.alloc(i * 3000 + 1, i));
    const answers = await Promise.all(
      bodies.map(async (body) => {
        const answer = await fetch(`${url}/echo`, { method: 'POST', body });
        return Buffer.from(await answer.arrayBuffer());
      }),
    );
    expect(answers.map((answer, i) => answer.equals(bodies[i] as Buffer))).toEqual(
      bodies.map(() => true),
    );
  });

  it('answers 502 for a process that dies, and serves the next request', async () => {
    const died = await fetch(`${url}/die`, { method: 'POST', body: 'x' });
    expect([died.status, await died.text()]).toEqual([502, '{"message":"Internal server error"}']);
    expect((await fetch(`${url}/echo`, { method: 'POST', body: 'x' })).status).toBe(200);
  });

  it('streams what a function streams', async () => {
    const answer = await fetch(`${url}/stream`);
    expect([answer.status, answer.headers.get('x-a'), await answer.text()]).toEqual([
      200,
      'b',
      'one two three',
    ]);
  });
});
