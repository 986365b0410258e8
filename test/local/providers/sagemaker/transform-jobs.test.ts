import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EndpointCloud, eventually } from './endpoint-cloud.ts';

let cloud: EndpointCloud;

beforeEach(async () => {
  cloud = await EndpointCloud.start({ invocationMs: 5000 });
  await cloud.bucket('data');
  await cloud.model('one', { VERSION: 'one' });
});
afterEach(() => cloud.stop());

const job = (TransformInput: object = {}, more: object = {}) => ({
  TransformJobName: 'nightly',
  ModelName: 'one',
  BatchStrategy: 'SingleRecord',
  MaxConcurrentTransforms: 4,
  TransformInput: {
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/in/' } },
    ContentType: 'text/plain',
    SplitType: 'Line',
    ...TransformInput,
  },
  TransformOutput: { S3OutputPath: 's3://data/out', AssembleWith: 'Line' },
  TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
  ...more,
});

const describeJob = () => cloud.call('DescribeTransformJob', { TransformJobName: 'nightly' });

const ended = () =>
  eventually(async () => {
    const found = await describeJob();
    return /ing$|InProgress/.test(found.TransformJobStatus) ? undefined : found;
  });

async function run(input: object = {}, more: object = {}) {
  await cloud.call('CreateTransformJob', job(input, more));
  return ended();
}

const lines = async (key: string) =>
  (await cloud.read('data', key))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

const outputs = async () => (await cloud.keys('data')).filter((key) => key.startsWith('out/'));

async function logged(stream: string): Promise<string[]> {
  await cloud.clock.advance(1000);
  const { events } = await cloud.host.call<{ events: { message: string }[] }>(
    'logs',
    'GetLogEvents',
    { logGroupName: '/aws/sagemaker/TransformJobs', logStreamName: stream },
  );
  return events.map(({ message }) => message);
}

describe('a transform job', () => {
  it('has each line answered by a container of its own, in the order of the object', async () => {
    await cloud.put('data', 'in/a.txt', 'sleep 20\ntwo\nthree');
    await cloud.put('data', 'in/deep/b.txt', 'four\n');
    expect(await run()).toMatchObject({
      TransformJobStatus: 'Completed',
      ModelName: 'one',
      TransformStartTime: expect.any(Date),
      TransformEndTime: expect.any(Date),
    });
    expect(await outputs()).toEqual(['out/a.txt.out', 'out/deep/b.txt.out']);
    const answers = await lines('out/a.txt.out');
    expect(answers.map(({ echo }) => echo)).toEqual(['sleep 20', 'two', 'three']);
    expect(answers[0].version).toBe('one');
  });

  it('tells its container how it is called', async () => {
    const names = ['SAGEMAKER_BATCH', 'SAGEMAKER_BATCH_STRATEGY', 'SAGEMAKER_MAX_PAYLOAD_IN_MB'];
    const asked = [...names, 'MODE'].map((name) => `environment ${name}`);
    await cloud.put('data', 'in/a.txt', [...asked, 'headers'].join('\n'));
    await run({}, { Environment: { MODE: 'night' } });
    const answers = await lines('out/a.txt.out');
    expect(answers.slice(0, 4).map(({ value }) => value)).toEqual([
      'true',
      'SINGLE_RECORD',
      '6',
      'night',
    ]);
    expect(answers[4].headers['content-type']).toBe('text/plain');
  });

  it('sends an object as a whole unless it is to be split', async () => {
    await cloud.put('data', 'in/a.txt', 'one\ntwo\n');
    await run({ SplitType: 'None' });
    expect((await lines('out/a.txt.out')).map(({ echo }) => echo)).toEqual(['one\ntwo\n']);
  });

  it('puts as many lines into a request as fit with MultiRecord', async () => {
    const long = 'x'.repeat(600_000);
    await cloud.put('data', 'in/a.txt', `one\ntwo\n${long}\n`);
    await run({}, { BatchStrategy: 'MultiRecord', MaxPayloadInMB: 1 });
    expect((await lines('out/a.txt.out')).map(({ echo }) => echo.length)).toEqual([600_009]);
  });

  it('takes just the objects that a manifest names', async () => {
    await cloud.put('data', 'in/a.txt', 'one');
    await cloud.put('data', 'in/deep/b.txt', 'two');
    const manifest = JSON.stringify([{ prefix: 's3://data/in/' }, 'deep/b.txt']);
    await cloud.put('data', 'list.manifest', manifest);
    const source = { S3DataType: 'ManifestFile', S3Uri: 's3://data/list.manifest' };
    await run({ DataSource: { S3DataSource: source } });
    expect(await outputs()).toEqual(['out/deep/b.txt.out']);
  });

  it('fails for a refused record, without that object and with the others', async () => {
    await cloud.put('data', 'in/a.txt', 'one\nstatus 400 nonsense\nthree');
    await cloud.put('data', 'in/b.txt', 'four');
    expect(await run()).toMatchObject({
      TransformJobStatus: 'Failed',
      FailureReason: 'ClientError: See job logs for more information',
    });
    expect(await outputs()).toEqual(['out/b.txt.out']);
    expect(await logged('nightly/data-log')).toEqual([
      '[sagemaker logs]: data/in/a.txt: Bad HTTP status received from algorithm: 400',
      '[sagemaker logs]: data/in/a.txt: Message: nonsense',
    ]);
  });

  it('tries a record again that the container failed at, and gives up after the retries', async () => {
    await cloud.put('data', 'in/a.txt', 'status 500 oh');
    const ModelClientConfig = { InvocationsMaxRetries: 1 };
    expect(await run({}, { ModelClientConfig })).toMatchObject({
      FailureReason: 'AlgorithmError: See job logs for more information',
    });
    expect(await outputs()).toEqual([]);
  });

  it('goes on with another container when one has died', async () => {
    await cloud.put('data', 'in/a.txt', 'die\n');
    await cloud.put('data', 'in/b.txt', 'two\n');
    const ModelClientConfig = { InvocationsMaxRetries: 0 };
    await run({}, { ModelClientConfig });
    expect(await outputs()).toEqual(['out/b.txt.out']);
  });

  it('refuses a record that is longer than the payload may be', async () => {
    await cloud.put('data', 'in/a.txt', 'x'.repeat(1024 * 1024 + 1));
    expect((await run({}, { MaxPayloadInMB: 1 })).FailureReason).toContain('ClientError');
  });

  it('fails when there is nothing to transform', async () => {
    expect((await run()).FailureReason).toContain('No S3 objects found under S3 URL');
  });

  it('fails when its container never comes up', async () => {
    await cloud.put('data', 'in/a.txt', 'one');
    await cloud.model('dead', { DIES: '1' });
    await cloud.call('CreateTransformJob', job({}, { ModelName: 'dead' }));
    await eventually(async () => {
      await cloud.clock.advance(60_000);
      return (await describeJob()).TransformJobStatus === 'Failed' ? true : undefined;
    });
    expect((await describeJob()).FailureReason).toContain('AlgorithmError');
  });

  it('ends when it is stopped, and keeps what is finished', async () => {
    await cloud.put('data', 'in/a.txt', 'one');
    await cloud.put('data', 'in/b.txt', 'sleep 300\n'.repeat(50));
    await cloud.call('CreateTransformJob', job());
    await eventually(async () => ((await outputs()).length > 0 ? true : undefined));
    await cloud.call('StopTransformJob', { TransformJobName: 'nightly' });
    expect((await describeJob()).TransformJobStatus).toBe('Stopping');
    expect((await ended()).TransformJobStatus).toBe('Stopped');
    expect(await outputs()).toEqual(['out/a.txt.out']);
    await expect(cloud.call('StopTransformJob', { TransformJobName: 'nightly' })).rejects.toThrow(
      'The request was rejected because the transform job is in status Stopped.',
    );
  });

  it('is refused with a name that is taken, a model that is missing, and too much at once', async () => {
    await cloud.put('data', 'in/a.txt', 'one');
    await run();
    const create = (more: object) => cloud.call('CreateTransformJob', job({}, more));
    await expect(create({})).rejects.toMatchObject({ code: 'ResourceInUse' });
    const TransformJobName = 'other';
    await expect(create({ TransformJobName, ModelName: 'none' })).rejects.toThrow('Could not find');
    const much = { MaxConcurrentTransforms: 50, MaxPayloadInMB: 3 };
    await expect(create({ TransformJobName, ...much })).rejects.toThrow('must not be above 100');
  });

  it('is listed, the newest first', async () => {
    await cloud.put('data', 'in/a.txt', 'one');
    await run();
    const { TransformJobSummaries } = await cloud.call('ListTransformJobs', { NameContains: 'ni' });
    expect(TransformJobSummaries).toMatchObject([
      { TransformJobName: 'nightly', TransformJobStatus: 'Completed' },
    ]);
  });

  it('begins anew when the cloud was stopped under it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'transform-'));
    await cloud.stop();
    cloud = await EndpointCloud.start({}, { folder });
    await cloud.bucket('data');
    await cloud.model('one');
    await cloud.put('data', 'in/a.txt', 'sleep 50\n'.repeat(3));
    await cloud.call('CreateTransformJob', job());
    await cloud.stop();
    cloud = await EndpointCloud.start({}, { folder });
    expect((await ended()).TransformJobStatus).toBe('Completed');
    expect(await lines('out/a.txt.out')).toHaveLength(3);
    rmSync(folder, { recursive: true });
  });
});
