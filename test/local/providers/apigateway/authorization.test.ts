import { describe, expect, it, onTestFinished } from 'vitest';
import { ANY, GatewayCloud, openApi, proxyTo } from './gateway-cloud.ts';

const KEYED = openApi(
  {
    '/open': { get: proxyTo('f') },
    '/keyed': { get: { ...proxyTo('f'), security: [{ key: [] }] } },
    '/signed': { get: { ...proxyTo('f'), security: [{ iam: [] }] } },
  },
  {
    components: {
      securitySchemes: {
        key: { type: 'apiKey', name: 'x-api-key', in: 'header' },
        iam: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
      },
    },
  },
);

async function start(plan: Record<string, unknown> = {}, state?: string): Promise<GatewayCloud> {
  const cloud = new GatewayCloud(state);
  await cloud.start();
  if (state) return cloud;
  const ApiId = await cloud.deploy(KEYED);
  const KeyId = await cloud.create('ApiKey', { Value: 'local', Enabled: true });
  const UsagePlanId = await cloud.create('UsagePlan', {
    ApiStages: [{ ApiId, Stage: 'v1' }],
    ...plan,
  });
  await cloud.create('UsagePlanKey', { KeyId, UsagePlanId, KeyType: 'API_KEY' });
  return cloud;
}

async function started(plan: Record<string, unknown> = {}): Promise<GatewayCloud> {
  const cloud = await start(plan);
  onTestFinished(() => cloud.remove());
  return cloud;
}

const KEY = { 'X-API-Key': 'local' };

describe('an API key', () => {
  it('is asked for where the document says so, and nowhere else', async () => {
    const cloud = await started();
    expect((await cloud.get('/open')).status).toBe(200);
    expect((await cloud.get('/keyed')).body).toBe('{"message":"Forbidden"}');
    expect((await cloud.get('/keyed', { 'x-api-key': 'wrong' })).status).toBe(403);
    expect((await cloud.get('/keyed', KEY)).status).toBe(200);
    expect(cloud.events.at(-1)?.requestContext.identity).toMatchObject({ apiKey: 'local' });
  });

  it('is worth nothing when it is disabled or in no plan', async () => {
    const cloud = await started();
    await cloud.create('ApiKey', { Value: 'lonely', Enabled: true });
    expect((await cloud.get('/keyed', { 'x-api-key': 'lonely' })).status).toBe(403);
    const { items } = await cloud.call<{ items: { id: string; value: string }[] }>('GetApiKeys', {
      includeValues: true,
    });
    expect(items.map(({ value }) => value).sort()).toEqual(['local', 'lonely']);
    await cloud.call('DeleteApiKey', { apiKey: items.find(({ value }) => value === 'local')?.id });
    expect((await cloud.get('/keyed', KEY)).status).toBe(403);
  });
});

describe('a usage plan', () => {
  it('throttles by rate and burst, per key', async () => {
    const cloud = await started({ Throttle: { RateLimit: 2, BurstLimit: 3 } });
    const statuses = async (count: number) => {
      const all = [];
      for (let i = 0; i < count; i++) all.push((await cloud.get('/keyed', KEY)).status);
      return all;
    };
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    await cloud.time.advance(500);
    expect(await statuses(2)).toEqual([200, 429]);
    expect((await cloud.get('/keyed', KEY)).body).toBe('{"message":"Too Many Requests"}');
  });

  it('has a quota that a new day fills up and a stop does not', async () => {
    const cloud = await start({ Quota: { Limit: 2, Period: 'DAY' } });
    expect((await cloud.get('/keyed', KEY)).status).toBe(200);
    await cloud.stop();
    const again = await start({}, cloud.state);
    onTestFinished(() => again.remove());
    expect((await again.get('/keyed', KEY)).status).toBe(200);
    const refused = await again.get('/keyed', KEY);
    expect(refused).toMatchObject({ status: 429, body: '{"message":"Limit Exceeded"}' });
    await again.time.advance(24 * 3600_000);
    expect((await again.get('/keyed', KEY)).status).toBe(200);
  });
});

describe('a stage', () => {
  it('throttles one method or all of them', async () => {
    const cloud = new GatewayCloud();
    await cloud.start();
    onTestFinished(() => cloud.remove());
    await cloud.deploy(
      openApi({ '/a/b': { [ANY]: proxyTo('f') }, '/c': { [ANY]: proxyTo('f') } }),
      {
        MethodSettings: [
          {
            ResourcePath: '/a/b',
            HttpMethod: 'ANY',
            ThrottlingRateLimit: 1,
            ThrottlingBurstLimit: 1,
          },
          { ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 },
        ],
      },
    );
    const paths = ['/a/b', '/a/b', '/c', '/c', '/c'];
    const statuses = [];
    for (const path of paths) statuses.push((await cloud.get(path)).status);
    expect(statuses).toEqual([200, 429, 200, 200, 429]);
  });
});

describe('IAM authorization', () => {
  const signature = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=AKIA123/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;

  it('wants a signature for execute-api, and does not verify it', async () => {
    const cloud = await started();
    expect((await cloud.get('/signed')).body).toBe('{"message":"Missing Authentication Token"}');
    expect((await cloud.get('/signed', { Authorization: 'Bearer x' })).status).toBe(403);
    expect((await cloud.get('/signed', { Authorization: signature('s3') })).status).toBe(403);
    expect((await cloud.get('/signed', { Authorization: signature('execute-api') })).status).toBe(
      200,
    );
    expect(cloud.events.at(-1)?.requestContext.identity.accessKey).toBe('AKIA123');
  });
});
