import { describe, expect, it, onTestFinished } from 'vitest';
import { ANY, GatewayCloud, openApi, proxyTo } from './gateway-cloud.ts';
import { malformedStream, streamOf } from './streams.ts';

async function started(state?: string): Promise<GatewayCloud> {
  const cloud = new GatewayCloud(state);
  await cloud.start();
  onTestFinished(() => cloud.remove());
  return cloud;
}

const greet = (name: string) => openApi({ '/{proxy+}': { [ANY]: proxyTo(name) } });

describe('which stage a request is for', () => {
  it('is the only one, or has to be said by path or host', async () => {
    const cloud = await started();
    cloud.answer = (_event, name) => ({ body: name.split(':')[6] });
    expect((await cloud.get('/x')).status).toBe(503);
    const one = await cloud.deploy(greet('one'));
    expect((await cloud.get('/x')).body).toBe('one');
    const two = await cloud.deploy(greet('two'));
    const lost = await cloud.get('/x');
    expect(lost.status).toBe(404);
    expect(lost.body).toContain(`/_apis/${one}/v1/`);
    expect((await cloud.get(`/_apis/${two}/v1/x/y`)).body).toBe('two');
    expect(cloud.events.at(-1)?.path).toBe('/x/y');
    const host = { Host: `${one}.execute-api.localhost:8080` };
    expect((await cloud.get('/v1/x', host)).body).toBe('one');
    expect((await cloud.get('/other/x', host)).status).toBe(403);
  });
});

describe('a deployment', () => {
  it('is a snapshot: what changes later is served only after the next one', async () => {
    const cloud = await started();
    cloud.answer = (_event, name) => ({ body: name.split(':')[6] });
    const RestApiId = await cloud.deploy(greet('old'));
    const type = cloud.host.resourceType('AWS::ApiGateway::RestApi');
    const request = {
      stackName: 's',
      stackId: 's',
      logicalId: 'L',
      rollingBack: false,
      signal: new AbortController().signal,
    };
    const current = { physicalId: RestApiId, properties: {}, attributes: {} };
    await type?.update?.(
      { ...request, properties: { Body: greet('new'), Mode: 'overwrite' } },
      current,
    );
    expect((await cloud.get('/x')).body).toBe('old');
    const DeploymentId = await cloud.create('Deployment', { RestApiId });
    const stage = cloud.host.resourceType('AWS::ApiGateway::Stage');
    const properties = { RestApiId, DeploymentId, StageName: 'v1' };
    await stage?.update?.(
      { ...request, properties },
      { physicalId: 'v1', properties, attributes: {} },
    );
    expect((await cloud.get('/x')).body).toBe('new');
  });

  it('is served again after a stop and a start', async () => {
    const first = new GatewayCloud();
    await first.start();
    await first.deploy(greet('f'));
    await first.stop();
    const second = await started(first.state);
    expect((await second.get('/x')).status).toBe(200);
  });

  it('may be built from resources and methods instead of a document', async () => {
    const cloud = await started();
    const { physicalId: RestApiId, attributes } = await cloud.resource('RestApi', {
      Name: 'plain',
    });
    const item = await cloud.create('Resource', {
      RestApiId,
      ParentId: attributes?.RootResourceId,
      PathPart: 'items',
    });
    const one = await cloud.create('Resource', { RestApiId, ParentId: item, PathPart: '{id}' });
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:plain';
    await cloud.create('Method', {
      RestApiId,
      ResourceId: one,
      HttpMethod: 'GET',
      AuthorizationType: 'NONE',
      Integration: {
        Type: 'AWS_PROXY',
        IntegrationHttpMethod: 'POST',
        Uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`,
      },
    });
    await cloud.create('GatewayResponse', {
      RestApiId,
      ResponseType: 'MISSING_AUTHENTICATION_TOKEN',
      StatusCode: '418',
    });
    await cloud.create('Deployment', { RestApiId, StageName: 'prod' });
    cloud.answer = (event, name) => ({ body: `${name} ${event.pathParameters.id} ${event.body}` });
    expect((await cloud.get('/items/7')).body).toBe(`${arn} 7 null`);
    expect((await cloud.get('/items')).status).toBe(418);
    await cloud.request('GET', '/items/7', { headers: { 'content-length': '4' }, body: 'text' });
    expect(cloud.events.at(-1)).toMatchObject({ body: 'text', isBase64Encoded: false });
    const { items } = await cloud.call<{ items: { path: string }[] }>('GetResources', {
      restApiId: RestApiId,
    });
    expect(items.map(({ path }) => path)).toEqual(['/', '/items', '/items/{id}']);
  });
});

describe('a streamed answer', () => {
  const streaming = openApi({ '/s': { get: proxyTo('s', { responseTransferMode: 'STREAM' }) } });

  it('reaches the caller as it comes', async () => {
    const cloud = await started();
    await cloud.deploy(streaming);
    cloud.stream = () =>
      streamOf([
        '{"statusCode":201,"head',
        'ers":{"content-type":"text/event-stream"}}\0\0\0\0',
        '\0\0\0\0a',
        'b',
      ]);
    const { status, headers, body } = await cloud.get('/s');
    expect({ status, body }).toEqual({ status: 201, body: 'ab' });
    expect(headers['content-type']).toBe('text/event-stream');
    expect(headers['transfer-encoding']).toBe('chunked');
  });

  it('without a prelude is a 502, and one that breaks ends the connection', async () => {
    const cloud = await started();
    await cloud.deploy(streaming);
    cloud.stream = () => streamOf(['no prelude']);
    expect((await cloud.get('/s')).status).toBe(502);
    cloud.stream = () => malformedStream(['{"statusCode":200}\0\0\0\0\0\0\0\0', 'half']);
    await expect(cloud.get('/s')).rejects.toThrow();
    expect((await cloud.get('/nowhere')).status).toBe(403);
  });
});
