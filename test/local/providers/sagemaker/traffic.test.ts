import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EndpointCloud, eventually } from './endpoint-cloud.ts';

let cloud: EndpointCloud;

beforeEach(async () => {
  cloud = await EndpointCloud.start();
  await cloud.bucket('data');
});
afterEach(() => cloud.stop());

const live = { VariantName: 'live', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 };

/** The records of every captured file, by variant. */
async function captured(files = 1): Promise<Record<string, Captured[]>> {
  await cloud.clock.advance(10_000);
  const keys = await eventually(async () => {
    const found = (await cloud.keys('data')).filter((key) => key.endsWith('.jsonl'));
    return found.length >= files ? found : undefined;
  });
  const byVariant: Record<string, Captured[]> = {};
  for (const key of keys) {
    const [, variant = ''] =
      /^capture\/shop\/([^/]+)\/2026\/01\/01\/00\/\d\d-\d\d-\d{3}-/.exec(key) ?? [];
    const lines = (await cloud.read('data', key)).trim().split('\n');
    byVariant[variant] = [...(byVariant[variant] ?? []), ...lines.map((line) => JSON.parse(line))];
  }
  return byVariant;
}

interface Captured {
  readonly captureData: {
    readonly endpointInput?: { readonly data: string; readonly encoding: string };
    readonly endpointOutput?: { readonly data: string; readonly encoding: string };
  };
  readonly eventMetadata: { readonly inferenceId?: string };
}

const capture = (more: object = {}) => ({
  EnableCapture: true,
  InitialSamplingPercentage: 100,
  DestinationS3Uri: 's3://data/capture',
  CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
  CaptureContentTypeHeader: { JsonContentTypes: ['application/json'] },
  ...more,
});

describe('data capture', () => {
  it('writes requests and answers in SageMaker’s layout and form', async () => {
    await cloud.endpoint('one', {}, { DataCaptureConfig: capture() });
    await cloud.invoke('hello', {
      ContentType: 'application/octet-stream',
      InferenceId: 'order-7',
      CustomAttributes: 'tenant=a',
    });
    const { live: records = [] } = await captured();
    expect(records).toEqual([
      {
        captureData: {
          endpointInput: {
            observedContentType: 'application/octet-stream',
            mode: 'INPUT',
            data: Buffer.from('hello').toString('base64'),
            encoding: 'BASE64',
          },
          endpointOutput: {
            observedContentType: 'application/json',
            mode: 'OUTPUT',
            data: expect.stringContaining('"echo":"hello"'),
            encoding: 'JSON',
          },
        },
        eventMetadata: {
          eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          inferenceId: 'order-7',
          customAttributes: ['tenant=a'],
          inferenceTime: '2026-01-01T00:00:00Z',
        },
        eventVersion: '0',
      },
    ]);
  });

  it('keeps the part that is asked for, of the sides that are asked for', async () => {
    await cloud.stop();
    let chance = 0;
    const random = () => {
      chance = (chance + 1) % 4;
      return chance / 4;
    };
    cloud = await EndpointCloud.start({ random });
    await cloud.bucket('data');
    const half = { InitialSamplingPercentage: 50, CaptureOptions: [{ CaptureMode: 'Input' }] };
    await cloud.endpoint('one', {}, { DataCaptureConfig: capture(half) });
    for (let i = 0; i < 8; i++) await cloud.invoke(`${i}`);
    const { live: records = [] } = await captured();
    expect(records).toHaveLength(4);
    expect(records[0]?.captureData.endpointOutput).toBeUndefined();
  });
});

describe('a shadow variant', () => {
  it('gets its part of the requests, and its answers are captured and never given', async () => {
    await cloud.model('two', { VERSION: 'two' });
    await cloud.endpoint(
      'one',
      {},
      {
        ShadowProductionVariants: [
          { ...live, VariantName: 'shadow', ModelName: 'two', InitialVariantWeight: 1 },
        ],
        DataCaptureConfig: capture(),
      },
    );
    expect(await cloud.versions(4)).toEqual(['one', 'one', 'one', 'one']);
    const shadow = { EndpointName: 'shop', VariantName: 'shadow' };
    await eventually(async () =>
      (await cloud.sum('Invocations', shadow)) === 4 ? true : undefined,
    );
    const records = await captured(2);
    expect(records.live).toHaveLength(4);
    expect(records.shadow).toHaveLength(4);
    expect(records.shadow?.[0]?.captureData.endpointOutput?.data).toContain('"version":"two"');
    expect(await cloud.describe()).toMatchObject({
      ShadowProductionVariants: [{ VariantName: 'shadow', CurrentInstanceCount: 1 }],
    });
  });

  it('that fails or dies changes no answer', async () => {
    await cloud.model('two', { VERSION: 'two' });
    await cloud.endpoint(
      'one',
      {},
      {
        ShadowProductionVariants: [{ ...live, VariantName: 'shadow', ModelName: 'two' }],
      },
    );
    await expect(cloud.invoke('status 400 both refuse')).rejects.toMatchObject({
      members: { OriginalStatusCode: 400 },
    });
    expect((await cloud.invoke('x')).version).toBe('one');
    expect(await cloud.sum('Invocation4XXErrors')).toBe(1);
  });
});

describe('an asynchronous endpoint', () => {
  let messages: { topic: string; text: string }[];

  beforeEach(async () => {
    messages = [];
    await cloud.host.call('sns', 'CreateTopic', { Name: 'done' });
    await cloud.host.call('sns', 'CreateTopic', { Name: 'failed' });
    await cloud.put('data', 'in/1', 'hello');
  });

  const topic = (name: string) => `arn:aws:sns:us-east-1:000000000000:${name}`;
  const asyncConfig = {
    AsyncInferenceConfig: {
      ClientConfig: { MaxConcurrentInvocationsPerInstance: 1 },
      OutputConfig: {
        S3OutputPath: 's3://data/out/',
        S3FailurePath: 's3://data/failed',
        NotificationConfig: { SuccessTopic: topic('done'), ErrorTopic: topic('failed') },
      },
    },
  };
  const invokeAsync = (InputLocation = 's3://data/in/1', more: object = {}) =>
    cloud.call<{ OutputLocation: string; FailureLocation: string; InferenceId: string }>(
      'InvokeEndpointAsync',
      { EndpointName: 'shop', InputLocation, ContentType: 'text/plain', ...more },
    );
  const keyOf = (location: string) => location.replace('s3://data/', '');
  const output = (key: string) => eventually(() => cloud.read('data', key).catch(() => undefined));

  it('answers by an object, and tells its topic', async () => {
    await listenTo('done');
    await cloud.endpoint('one', {}, asyncConfig);
    const { OutputLocation, InferenceId } = await invokeAsync('s3://data/in/1', {
      InferenceId: 'order-7',
    });
    expect(InferenceId).toBe('order-7');
    expect(JSON.parse(await output(keyOf(OutputLocation)))).toMatchObject({ echo: 'hello' });
    await eventually(async () => messages[0]);
    expect(JSON.parse(messages[0]?.text ?? '')).toMatchObject({
      invocationStatus: 'Completed',
      inferenceId: 'order-7',
      requestParameters: { endpointName: 'shop', inputLocation: 's3://data/in/1' },
      responseParameters: { outputLocation: OutputLocation, contentType: 'application/json' },
    });
  });

  it.each([
    ['the container refuses', 'status 400 no', 'client error (400)'],
    ['the container dies', 'die', 'server error (0)'],
  ])('leaves a failure when %s, and tells the other topic', async (_what, body, problem) => {
    await listenTo('failed');
    await cloud.put('data', 'in/bad', body);
    await cloud.endpoint('one', {}, asyncConfig);
    const { FailureLocation } = await invokeAsync('s3://data/in/bad');
    expect(await output(keyOf(FailureLocation))).toContain(problem);
    await eventually(async () => messages[0]);
    expect(JSON.parse(messages[0]?.text ?? '')).toMatchObject({ invocationStatus: 'Failed' });
  });

  it('leaves a failure when its input is not there', async () => {
    await cloud.endpoint('one', {}, asyncConfig);
    const { FailureLocation } = await invokeAsync('s3://data/in/none');
    expect(await output(keyOf(FailureLocation))).toContain('in/none');
  });

  it('keeps requests in line without instances, and says so in its metrics', async () => {
    await cloud.endpoint('one', {}, asyncConfig);
    const scale = (DesiredInstanceCount: number) =>
      cloud.call('UpdateEndpointWeightsAndCapacities', {
        EndpointName: 'shop',
        DesiredWeightsAndCapacities: [{ VariantName: 'live', DesiredInstanceCount }],
      });
    const counted = (count: number) =>
      cloud.until(
        (one) =>
          one.EndpointStatus === 'InService' &&
          one.ProductionVariants[0].CurrentInstanceCount === count,
      );
    await scale(0);
    await counted(0);
    const { OutputLocation } = await invokeAsync();
    await cloud.clock.advance(60_000);
    const dimensions = { EndpointName: 'shop' };
    expect(await cloud.sum('HasBacklogWithoutCapacity', dimensions)).toBe(1);
    expect(await cloud.sum('ApproximateBacklogSize', dimensions)).toBe(1);
    await scale(1);
    await counted(1);
    expect(await output(keyOf(OutputLocation))).toContain('hello');
  });

  it('takes no synchronous request, and a synchronous one none of these', async () => {
    await cloud.endpoint('one', {}, asyncConfig);
    await expect(cloud.invoke('x')).rejects.toThrow('is asynchronous');
    await cloud.version('two');
    await cloud.call('CreateEndpoint', { EndpointName: 'other', EndpointConfigName: 'two' });
    await eventually(async () => {
      const { EndpointStatus } = await cloud.call('DescribeEndpoint', { EndpointName: 'other' });
      return EndpointStatus === 'InService' ? true : undefined;
    });
    await expect(invokeAsync('s3://data/in/1', { EndpointName: 'other' })).rejects.toThrow(
      'is not asynchronous',
    );
  });

  /** Has a topic's messages invoke a function, which this cloud has in place of all of Lambda. */
  async function listenTo(name: string): Promise<void> {
    await cloud.host.call('sns', 'Subscribe', {
      TopicArn: topic(name),
      Protocol: 'lambda',
      Endpoint: 'arn:aws:lambda:us-east-1:000000000000:function:listener',
    });
    cloud.onInvoke = (payload) => {
      const { Sns } = JSON.parse(payload).Records[0];
      messages.push({ topic: Sns.TopicArn, text: Sns.Message });
    };
  }
});
