import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { GoldenOutput } from '../../serving/contract/golden.ts';
import { goldenDifferences } from '../../serving/golden/golden-comparison.ts';
import { shippedVersion } from '../model-artifacts/shipped-version.ts';
import { type Container, containersOf, dataObjects, until } from './endpoint-cloud.ts';
import { assemblyOf, outcomesOf, Rehearsal } from './rehearsal.ts';
import { repositoryOf, requests, scaleModel } from './scale-model.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const cpu = 'instance: ml.c5.large';
const lenient = 'alarms: {p95LatencyMs: 20000}\n';
const detection = shippedVersion('text-detection', '1');
const two = { 1: scaleModel.good(2), 2: scaleModel.good(3) };

/** Shipped text detection, and a small model on endpoints of each kind and, to compare, on Lambda. */
const repository = {
  ...repositoryOf({
    lambda: { yaml: lenient, versions: two },
    scale: {
      yaml: `${lenient}target: sagemaker\ntimeout: 20\nsagemaker: {${cpu}, capturePercent: 100}\n`,
      versions: two,
    },
    hasty: {
      yaml: `${lenient}target: sagemaker\ntimeout: 2\nsagemaker: {${cpu}, scaleToZero: true}\n`,
      versions: two,
    },
    later: {
      yaml: `${lenient}target: sagemaker\nsagemaker: {${cpu}, async: true}\n`,
      versions: two,
    },
  }),
  'text-detection/model.yaml': `${lenient}target: sagemaker\nsagemaker: {instance: ml.g4dn.xlarge}\n`,
  'text-detection/1/model.onnx': detection.onnx,
  'text-detection/1/golden.json': JSON.stringify(detection.golden),
};

describe.skipIf(process.platform !== 'linux')('A model on an endpoint', () => {
  let rehearsal: Rehearsal;

  beforeAll(async () => {
    rehearsal = await Rehearsal.open();
    const deployed = await rehearsal.deploy(await assemblyOf(repository));
    expect(outcomesOf(deployed)).toEqual(Array(7).fill('created'));
  });

  afterAll(async () => {
    await rehearsal?.close();
  });

  const json = async (path: string) => {
    const answer = await rehearsal.fetch(path);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const endpointStatus = async (NameContains: string): Promise<string | undefined> => {
    const { Endpoints } = await rehearsal.call<{ Endpoints: { EndpointStatus: string }[] }>(
      'sagemaker',
      'ListEndpoints',
      { NameContains },
    );
    return Endpoints[0]?.EndpointStatus;
  };
  const container = async (model: string): Promise<Container> => {
    const [first] = containersOf(rehearsal, model);
    if (!first) throw new Error(`${model} has no container`);
    return first;
  };

  it('finds text: the golden answers of pictures, in JSON and in binary form', async () => {
    for (const { request, outputs } of detection.golden.cases) {
      const asked = request as { inputs: JsonTensor[] };
      const plain = await rehearsal.infer('text-detection', JSON.stringify(asked));
      const binary = await rehearsal.fetch('/v2/models/text-detection/infer', inBinary(asked));
      const answers = [(await plain.json()) as Answered, await fromBinary(binary)];
      for (const found of answers) {
        expect(goldenDifferences(outputs, found.outputs, detection.golden.tolerance)).toEqual([]);
      }
    }
  });

  it('tells what it is and that it is ready, and of other versions which one is live', async () => {
    expect(await json('/v2/models/scale')).toMatchObject({
      status: 200,
      body: { name: 'scale', versions: ['2'], platform: 'onnxruntime_onnx' },
    });
    expect((await rehearsal.fetch('/v2/models/scale/ready')).status).toBe(200);
    expect(await json('/v2/models/scale/config')).toMatchObject({ body: { max_batch_size: 0 } });
    const other = await json('/v2/models/scale/versions/1/ready');
    expect([other.status, other.body.error]).toEqual([404, expect.stringContaining('2')]);
    expect(await json('/v2/models')).toMatchObject({
      body: { models: ['hasty', 'lambda', 'later', 'scale', 'text-detection'] },
    });
  });

  it('refuses what a model on Lambda refuses, in the same words', async () => {
    const mistakes = ['{"inputs":', '{"inputs":[]}', requests.usual.replace('FP32', 'FP64')];
    for (const mistake of mistakes) {
      const [scale, lambda] = await Promise.all(
        ['scale', 'lambda'].map(async (model) => {
          const answer = await rehearsal.infer(model, mistake);
          return { status: answer.status, text: (await answer.text()).replaceAll(model, 'M') };
        }),
      );
      expect(scale).toEqual(lambda);
      expect(scale?.status).toBe(400);
    }
  });

  it('is measured by the metrics that a model on Lambda has', async () => {
    for (const model of ['lambda', 'scale']) await rehearsal.infer(model, requests.usual);
    await rehearsal.clock.advance(60_000);
    const { Metrics } = await rehearsal.call<{
      Metrics: { MetricName: string; Dimensions: { Name: string; Value: string }[] }[];
    }>('cloudwatch', 'ListMetrics', { Namespace: 'Siskin' });
    const of = (model: string) =>
      Metrics.filter(({ Dimensions }) => Dimensions.some(({ Value }) => Value === model))
        .map(({ MetricName, Dimensions }) => [MetricName, ...Dimensions.map(({ Name }) => Name)])
        .map((each) => each.join(' '))
        .toSorted();
    expect(of('scale')).toEqual(of('lambda'));
    expect(of('scale').length).toBeGreaterThan(2);
  });

  it('keeps what came and what was answered, under the id of the request', async () => {
    await rehearsal.infer('scale', requests.usual);
    const captured = await until(async () => {
      await rehearsal.clock.advance(11_000);
      return (await dataObjects(rehearsal, 'capture/scale/')).at(-1);
    });
    const last = JSON.parse(captured.trim().split('\n').at(-1) as string);
    expect(last).toMatchObject({
      captureData: { endpointInput: { mode: 'INPUT' }, endpointOutput: { mode: 'OUTPUT' } },
    });
    const { events } = await rehearsal.call<{ events: { message: string }[] }>(
      'logs',
      'FilterLogEvents',
      {
        logGroupName: '/aws/lambda/siskin-dev-scale',
        filterPattern: `{ $.requestId = "${last.eventMetadata.inferenceId}" }`,
      },
    );
    expect(events.map(({ message }) => JSON.parse(message))).toContainEqual(
      expect.objectContaining({ operation: 'modelInfer', status: 200, variant: 'live' }),
    );
  });

  it('loses at most the requests that were in a container when it died, and gets another one', async () => {
    const callers = 4;
    const load = rehearsal.startCallers('scale', requests.usual, callers);
    await rehearsal.send('scale', Array(20).fill(requests.usual), 1);
    const { pid } = await container('scale');
    process.kill(pid, 'SIGKILL');
    const after = await rehearsal.send('scale', Array(20).fill(requests.usual), 1);
    const { 200: answered = 0, ...failures } = (await load.stop()).statuses;
    expect(answered).toBeGreaterThan(20);
    expect(Object.keys(failures).filter((status) => status !== '503')).toEqual([]);
    expect(failures[503] ?? 0).toBeLessThanOrEqual(callers);
    expect(after.statuses[200]).toBeGreaterThanOrEqual(19);
    expect((await container('scale')).pid).not.toBe(pid);
  });

  it('is not ready while its endpoint starts, and says when to ask again', async () => {
    const EndpointName = 'siskin-dev-scale';
    const { EndpointConfigName } = await rehearsal.call<{ EndpointConfigName: string }>(
      'sagemaker',
      'DescribeEndpoint',
      { EndpointName },
    );
    await rehearsal.call('sagemaker', 'DeleteEndpoint', { EndpointName });
    await until(async () => (await endpointStatus(EndpointName)) === undefined);
    await rehearsal.call('sagemaker', 'CreateEndpoint', { EndpointName, EndpointConfigName });
    const early = await rehearsal.infer('scale', requests.usual);
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, expect.any(String)]);
    expect((await rehearsal.fetch('/v2/models/scale/ready')).status).toBe(503);
    await until(async () => (await rehearsal.infer('scale', requests.usual)).status === 200);
  });

  it('answers 504 in time when its container is slow, and is well when that is', async () => {
    const { pid } = await container('hasty');
    process.kill(pid, 'SIGSTOP');
    const late = await rehearsal.infer('hasty', requests.usual);
    expect([late.status, await late.json()]).toEqual([504, { error: expect.any(String) }]);
    process.kill(pid, 'SIGCONT');
    await until(async () => (await rehearsal.infer('hasty', requests.usual)).status === 200);
  });

  it('goes to no instance when nobody asks, wakes at the first request, and answers', async () => {
    for (let minute = 0; minute < 60 && containersOf(rehearsal, 'hasty').length > 0; minute += 1) {
      await rehearsal.clock.advance(60_000);
    }
    await until(() => containersOf(rehearsal, 'hasty').length === 0);
    const asleep = await rehearsal.infer('hasty', requests.usual);
    expect([asleep.status, asleep.headers.get('retry-after')]).toEqual([503, '60']);
    await until(() =>
      rehearsal.clock.advance(60_000).then(() => containersOf(rehearsal, 'hasty').length > 0),
    );
    await until(async () => (await rehearsal.infer('hasty', requests.usual)).status === 200);
  });

  it('takes a request that may take long at once, and puts the answer into the bucket', async () => {
    const taken = await rehearsal.infer('later', requests.usual);
    const receipt = (await taken.json()) as Record<string, string>;
    expect([taken.status, receipt]).toEqual([
      202,
      expect.objectContaining({ model_name: 'later', model_version: '2' }),
    ]);
    const [key] = (receipt.output_location ?? '').split('/').slice(-1);
    const found = await until(async () => {
      const objects = await dataObjects(rehearsal, `async/later/answers/${key}`);
      return objects[0];
    });
    expect(JSON.parse(found)).toMatchObject({
      model_name: 'later',
      outputs: [{ name: 'y', datatype: 'FP32', shape: [1], data: [9] }],
    });
  });
});

interface Answered {
  readonly outputs: readonly GoldenOutput[];
}

interface JsonTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** The request with its tensors behind the JSON, and so wanted back. */
function inBinary({ inputs }: { readonly inputs: readonly JsonTensor[] }): RequestInit {
  const blobs = inputs.map(({ data }) => Buffer.from(Float32Array.from(data).buffer));
  const header = JSON.stringify({
    inputs: inputs.map(({ data: _data, ...rest }, at) => ({
      ...rest,
      parameters: { binary_data_size: blobs[at]?.length },
    })),
    parameters: { binary_data_output: true },
  });
  return {
    method: 'POST',
    body: Buffer.concat([Buffer.from(header), ...blobs]),
    headers: {
      'x-api-key': 'local',
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(Buffer.byteLength(header)),
    },
  };
}

async function fromBinary(answer: Response): Promise<Answered> {
  const bytes = Buffer.from(await answer.arrayBuffer());
  const length = Number(answer.headers.get('inference-header-content-length'));
  const header = JSON.parse(bytes.subarray(0, length).toString('utf8')) as {
    outputs: (Omit<GoldenOutput, 'data'> & { parameters: { binary_data_size: number } })[];
  };
  let at = length;
  const outputs = header.outputs.map(({ parameters, ...output }) => {
    const end = at + parameters.binary_data_size;
    const data = [...new Float32Array(new Uint8Array(bytes.subarray(at, end)).buffer)];
    at = end;
    return { ...output, data };
  });
  return { outputs };
}
