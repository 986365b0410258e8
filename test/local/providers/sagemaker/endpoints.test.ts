import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EndpointCloud, eventually, IMAGE, tarGz } from './endpoint-cloud.ts';

let cloud: EndpointCloud;

beforeEach(async () => {
  cloud = await EndpointCloud.start({ invocationMs: 5000, pingMs: 20, failedPings: 2 });
});
afterEach(() => cloud.stop());

const settled = () => cloud.until(({ EndpointStatus }) => !/ing$/.test(EndpointStatus));

describe('an endpoint', () => {
  it('answers by the container of its model', async () => {
    await cloud.endpoint('one');
    expect(await cloud.describe()).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'one',
      ProductionVariants: [{ VariantName: 'live', CurrentInstanceCount: 1, CurrentWeight: 1 }],
    });
    const answer = await cloud.invokeRaw('hello');
    expect(answer).toMatchObject({
      ContentType: 'application/json',
      InvokedProductionVariant: 'live',
    });
    expect(JSON.parse(answer.Body.toString())).toMatchObject({ version: 'one', echo: 'hello' });
  });

  it('gives its container only the headers of the contract', async () => {
    await cloud.endpoint('one');
    const { headers } = await cloud.invoke('headers', {
      ContentType: 'text/plain',
      Accept: 'application/json',
      CustomAttributes: 'trace=1',
      InferenceId: 'abc',
    });
    expect(headers).toMatchObject({
      'content-type': 'text/plain',
      accept: 'application/json',
      'x-amzn-sagemaker-custom-attributes': 'trace=1',
      'x-amzn-sagemaker-inference-id': 'abc',
    });
    const { CustomAttributes } = await cloud.call('InvokeEndpoint', {
      EndpointName: 'shop',
      Body: Buffer.from('x'),
      CustomAttributes: 'trace=2',
    });
    expect(CustomAttributes).toBe('trace=2');
  });

  it('unpacks the archive into a folder that its containers can only read', async () => {
    await cloud.bucket('models');
    const archive = await tarGz({ 'net/1/weights.txt': 'heavy', 'net/config.pbtxt': 'x' });
    await cloud.put('models', 'net.tar.gz', archive);
    await cloud.model('one', {}, { ModelDataUrl: 's3://models/net.tar.gz' });
    await cloud.config('one');
    await cloud.call('CreateEndpoint', { EndpointName: 'shop', EndpointConfigName: 'one' });
    await settled();
    expect((await cloud.invoke('file net/1/weights.txt')).text).toBe('heavy');
    const { value = '' } = await cloud.invoke('environment SM_MODEL_DIR');
    expect(statSync(join(value, 'net/1/weights.txt')).mode & 0o777).toBe(0o444);
  });

  it('takes a model from a prefix too, without an archive', async () => {
    await cloud.bucket('models');
    await cloud.put('models', 'net/1/weights.txt', 'light');
    const S3DataSource = {
      S3Uri: 's3://models/net/',
      S3DataType: 'S3Prefix',
      CompressionType: 'None',
    };
    await cloud.model('one', {}, { ModelDataSource: { S3DataSource } });
    await cloud.config('one');
    await cloud.call('CreateEndpoint', { EndpointName: 'shop', EndpointConfigName: 'one' });
    await settled();
    expect((await cloud.invoke('file 1/weights.txt')).text).toBe('light');
  });

  it.each([
    ['climbs out of its folder', { '../evil.txt': 'x' }, 'points outside'],
    ['is no archive', 'plain text', 'valid tar.gz archive'],
    ['is not there', undefined, 'Failed to download model data'],
  ])('fails when its archive %s', async (_what, entries, problem) => {
    await cloud.bucket('models');
    if (entries !== undefined) {
      const body = typeof entries === 'string' ? entries : await tarGz(entries);
      await cloud.put('models', 'net.tar.gz', body);
    }
    await cloud.model('one', {}, { ModelDataUrl: 's3://models/net.tar.gz' });
    await cloud.config('one');
    await cloud.call('CreateEndpoint', { EndpointName: 'shop', EndpointConfigName: 'one' });
    const endpoint = await settled();
    expect(endpoint.EndpointStatus).toBe('Failed');
    expect(endpoint.FailureReason).toContain(problem);
  });

  it('fails with the image that nothing stands in for', async () => {
    await cloud.model('one', {}, { Image: 'somewhere/else:2' });
    await cloud.config('one');
    await cloud.call('CreateEndpoint', { EndpointName: 'shop', EndpointConfigName: 'one' });
    const { EndpointStatus, FailureReason } = await settled();
    expect(EndpointStatus).toBe('Failed');
    expect(FailureReason).toContain('stands in for somewhere/else:2');
    const update = { EndpointName: 'shop', EndpointConfigName: 'one' };
    await expect(cloud.call('UpdateEndpoint', update)).rejects.toThrow('can only be deleted');
  });

  it('fails when its container is not ready in its time, though it may start more than once', async () => {
    await cloud.model('one', { DIES: 'yes' });
    await cloud.config('one', { ContainerStartupHealthCheckTimeoutInSeconds: 60 });
    await cloud.call('CreateEndpoint', { EndpointName: 'shop', EndpointConfigName: 'one' });
    expect(await cloud.describe()).toMatchObject({ EndpointStatus: 'Creating' });
    await expect(cloud.invoke('x')).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'Endpoint shop of account 000000000000 not found.',
    });
    await eventually(async () => {
      await cloud.clock.advance(10_000);
      return (await cloud.describe()).EndpointStatus === 'Creating' ? undefined : true;
    });
    expect((await settled()).FailureReason).toContain('did not pass the ping health check');
  });

  it('fails without waiting for its time when the container ends by itself again and again', async () => {
    await cloud.stop();
    cloud = await EndpointCloud.start({ startCrashes: 3 });
    await cloud.model('one', { DIES: 'yes' });
    await cloud.config('one');
    await cloud.call('CreateEndpoint', { EndpointName: 'shop', EndpointConfigName: 'one' });
    const endpoint = await settled();
    expect(endpoint.EndpointStatus).toBe('Failed');
    expect(endpoint.FailureReason).toContain('did not pass the ping health check');
  });

  it('splits requests by the weights of its variants, which can be changed', async () => {
    await cloud.stop();
    let chance = 0;
    const random = () => {
      chance = (chance + 1) % 10;
      return (chance + 0.5) / 10;
    };
    cloud = await EndpointCloud.start({ random });
    await cloud.model('two', { VERSION: 'two' });
    const live = { VariantName: 'live', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 };
    await cloud.endpoint(
      'one',
      {},
      {
        ProductionVariants: [
          { ...live, ModelName: 'one', InitialVariantWeight: 4 },
          { ...live, ModelName: 'two', InitialVariantWeight: 1, VariantName: 'other' },
        ],
      },
    );
    const ofTwo = async () => (await cloud.versions(10)).filter((one) => one === 'two').length;
    expect(await ofTwo()).toBe(2);
    expect((await cloud.invoke('x', { TargetVariant: 'other' })).version).toBe('two');
    await expect(cloud.invoke('x', { TargetVariant: 'none' })).rejects.toThrow('Variant none');
    await cloud.call('UpdateEndpointWeightsAndCapacities', {
      EndpointName: 'shop',
      DesiredWeightsAndCapacities: [{ VariantName: 'other', DesiredWeight: 4 }],
    });
    await settled();
    expect(await ofTwo()).toBe(5);
  });

  it('scales out and in, and gives each request to the least busy instance', async () => {
    await cloud.endpoint('one');
    const scale = async (DesiredInstanceCount: number) => {
      const change = { VariantName: 'live', DesiredInstanceCount };
      await cloud.call('UpdateEndpointWeightsAndCapacities', {
        EndpointName: 'shop',
        DesiredWeightsAndCapacities: [change],
      });
      return settled();
    };
    expect(await scale(2)).toMatchObject({ ProductionVariants: [{ CurrentInstanceCount: 2 }] });
    const slow = await Promise.all([cloud.invoke('sleep 50'), cloud.invoke('sleep 50')]);
    expect(new Set(slow.map(({ pid }) => pid)).size).toBe(2);
    const onItsWay = cloud.invoke('sleep 50');
    expect(await scale(1)).toMatchObject({ ProductionVariants: [{ CurrentInstanceCount: 1 }] });
    expect((await onItsWay).version).toBe('one');
    await expect(scale(0)).rejects.toThrow('must be 1 or more');
  });

  it('replaces a container that dies; only its own requests fail', async () => {
    await cloud.endpoint('one', { InitialInstanceCount: 2 });
    await expect(cloud.invoke('die')).rejects.toMatchObject({
      code: 'ModelError',
      status: 424,
      members: { OriginalStatusCode: 0 },
    });
    expect(await cloud.versions(10)).toEqual(Array(10).fill('one'));
    await cloud.until(({ ProductionVariants }) => ProductionVariants[0].CurrentInstanceCount === 2);
  });

  it('makes requests wait for the new container of a single instance', async () => {
    await cloud.endpoint('one');
    const { pid } = await cloud.invoke('x');
    await expect(cloud.invoke('die')).rejects.toMatchObject({ code: 'ModelError' });
    expect((await cloud.invoke('x')).pid).not.toBe(pid);
  });

  it('replaces a container that fails its pings, after its last answers', async () => {
    await cloud.endpoint('one');
    const { pid } = await cloud.invoke('unwell');
    const next = await eventually(async () => {
      const answer = await cloud.invoke('x');
      return answer.pid === pid ? undefined : answer;
    });
    expect(next.version).toBe('one');
  });

  it('is set up again by the next start, from what it has already fetched', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'endpoint-'));
    try {
      const before = await EndpointCloud.start({}, { folder });
      await before.endpoint('one');
      await before.stop();
      const after = await EndpointCloud.start({}, { folder });
      expect((await after.invoke('x')).version).toBe('one');
      await after.until(({ EndpointStatus }) => EndpointStatus === 'InService');
      await after.stop();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('that a stop cut off in an update serves what it served before', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'endpoint-'));
    try {
      const before = await EndpointCloud.start({}, { folder });
      await before.endpoint('one');
      await before.version('two', {}, { NEVER_READY: 'yes' });
      await before.call('UpdateEndpoint', { EndpointName: 'shop', EndpointConfigName: 'two' });
      await before.stop();
      const after = await EndpointCloud.start({}, { folder });
      const endpoint = await after.until(({ EndpointStatus }) => EndpointStatus === 'InService');
      expect(endpoint.EndpointConfigName).toBe('one');
      expect(endpoint.FailureReason).toContain('stopped during the update');
      await after.stop();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is gone after it was deleted', async () => {
    await cloud.endpoint('one');
    await cloud.call('DeleteEndpoint', { EndpointName: 'shop' });
    const error = await eventually(() =>
      cloud.describe().then(
        () => undefined,
        (why) => why,
      ),
    );
    expect(error).toMatchObject({
      code: 'ValidationException',
      message: 'Could not find endpoint "arn:aws:sagemaker:us-east-1:000000000000:endpoint/shop".',
    });
  });

  it('logs what its containers print', async () => {
    await cloud.endpoint('one');
    await cloud.clock.advance(1000);
    const events = await cloud.host.call<{ events: { message: string; logStreamName: string }[] }>(
      'logs',
      'FilterLogEvents',
      { logGroupName: '/aws/sagemaker/Endpoints/shop' },
    );
    expect(events.events[0]).toMatchObject({
      message: 'version one serves',
      logStreamName: expect.stringMatching(/^live\/i-[0-9a-f]{16}$/),
    });
  });

  it('counts requests, errors and microseconds', async () => {
    await cloud.endpoint('one', { InitialInstanceCount: 2 });
    await cloud.invoke('sleep 20');
    await expect(cloud.invoke('status 400 bad')).rejects.toThrow();
    await expect(cloud.invoke('status 503 worse')).rejects.toThrow();
    expect(await cloud.sum('Invocations')).toBe(3);
    expect(await cloud.sum('InvocationsPerInstance')).toBe(1.5);
    expect(await cloud.sum('Invocation4XXErrors')).toBe(1);
    expect(await cloud.sum('Invocation5XXErrors')).toBe(1);
    expect(await cloud.sum('ModelLatency')).toBeGreaterThan(19_000);
    expect(await cloud.sum('OverheadLatency')).toBeGreaterThanOrEqual(0);
    const fleet = { EndpointName: 'shop', VariantName: 'live', EndpointConfigName: 'one' };
    expect(await cloud.sum('Invocations', fleet)).toBe(3);
  });
});

describe('a request', () => {
  it('that the container refuses is answered with the container’s own status', async () => {
    await cloud.endpoint('one');
    await expect(cloud.invoke('status 400 no such input')).rejects.toMatchObject({
      code: 'ModelError',
      status: 424,
      message: expect.stringContaining(
        'Received client error (400) from primary with message "no such input"',
      ),
      members: { OriginalStatusCode: 400, OriginalMessage: 'no such input' },
    });
  });

  it('that takes too long is given up, and the container goes on', async () => {
    await cloud.stop();
    cloud = await EndpointCloud.start({ invocationMs: 50 });
    await cloud.endpoint('one');
    await expect(cloud.invoke('sleep 500')).rejects.toMatchObject({
      code: 'ModelError',
      message: expect.stringContaining('Your invocation timed out'),
      members: { OriginalStatusCode: 0 },
    });
    expect((await cloud.invoke('x')).version).toBe('one');
  });

  it('that is too long is refused', async () => {
    await cloud.endpoint('one');
    const Body = Buffer.alloc(26_214_401);
    const call = cloud.call('InvokeEndpoint', { EndpointName: 'shop', Body });
    await expect(call).rejects.toMatchObject({
      code: 'ValidationError',
      message: expect.stringContaining('less than or equal to 26214400'),
    });
  });

  it('to an endpoint that does not exist is refused in SageMaker’s words', async () => {
    await expect(cloud.invoke('x')).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'Endpoint shop of account 000000000000 not found.',
    });
  });
});

describe('a configuration', () => {
  const variant = { VariantName: 'a', ModelName: 'one', InstanceType: 'ml.m5.large' };
  const counted = { ...variant, InitialInstanceCount: 1 };

  it.each([
    ['two variants of one name', { ProductionVariants: [counted, counted] }, 'must be unique'],
    ['a variant without instances', { ProductionVariants: [variant] }, 'InitialInstanceCount'],
    [
      'a shadow of two variants',
      {
        ProductionVariants: [counted, { ...counted, VariantName: 'b' }],
        ShadowProductionVariants: [{ ...counted, VariantName: 'c' }],
      },
      'exactly one production variant',
    ],
    [
      'a shadow of an asynchronous endpoint',
      {
        ProductionVariants: [counted],
        ShadowProductionVariants: [{ ...counted, VariantName: 'c' }],
        AsyncInferenceConfig: { OutputConfig: { S3OutputPath: 's3://out' } },
      },
      'not supported with asynchronous inference',
    ],
    [
      'a model that does not exist',
      { ProductionVariants: [{ ...counted, ModelName: 'none' }] },
      'Could not find model "arn:aws:sagemaker:us-east-1:000000000000:model/none".',
    ],
    [
      'a serverless variant',
      { ProductionVariants: [{ ...variant, ServerlessConfig: { MaxConcurrency: 1 } }] },
      'no serverless endpoints',
    ],
  ])('with %s is refused', async (_what, config, problem) => {
    await cloud.model('one');
    const input = { EndpointConfigName: 'c', ...config };
    await expect(cloud.call('CreateEndpointConfig', input)).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining(problem),
    });
  });

  it('is described as it was given, and listed', async () => {
    await cloud.model('one');
    await cloud.config('one');
    expect(await cloud.call('DescribeEndpointConfig', { EndpointConfigName: 'one' })).toMatchObject(
      {
        EndpointConfigName: 'one',
        ProductionVariants: [{ VariantName: 'live', ModelName: 'one', InitialInstanceCount: 1 }],
      },
    );
    expect(await cloud.call('DescribeModel', { ModelName: 'one' })).toMatchObject({
      PrimaryContainer: { Image: IMAGE },
      ModelArn: 'arn:aws:sagemaker:us-east-1:000000000000:model/one',
    });
    expect((await cloud.call('ListEndpointConfigs', {})).EndpointConfigs).toHaveLength(1);
    expect((await cloud.call('ListModels', { NameContains: 'x' })).Models).toEqual([]);
    await expect(cloud.model('one')).rejects.toThrow('Cannot create already existing model');
  });
});
