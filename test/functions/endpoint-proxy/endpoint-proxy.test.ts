import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  createEndpointProxy,
  type EndpointProxyOptions,
} from '../../../functions/endpoint-proxy/endpoint-proxy.ts';
import type {
  AsyncQuestion,
  EndpointAnswer,
  EndpointQuestion,
} from '../../../serving/aws/endpoint-runtime.ts';
import { decodeRequest } from '../../../serving/codec/codecs.ts';
import { headerLengthOf } from '../../../serving/codec/triton-media-type.ts';
import { limits } from '../../../serving/contract/limits.ts';
import { gatewayEvent, testContext } from '../../fixtures/predict-function.ts';

const inputs = [{ name: 'x', datatype: 'FP32', shape: [-1] }] as const;
const outputs = [{ name: 'y', datatype: 'FP32', shape: [-1] }] as const;
const x = { name: 'x', datatype: 'FP32', shape: [2], data: [1, 2] };
const one = { inputs: [x] };

type Invoke = (question: EndpointQuestion, signal: AbortSignal) => Promise<EndpointAnswer>;

const answer = (values: number[]): EndpointAnswer => ({
  bytes: Buffer.from(
    JSON.stringify({ outputs: [{ ...outputs[0], shape: [values.length], data: values }] }),
  ),
  contentType: 'application/json',
  variant: 'live',
});

/** A front whose endpoint does as told, and what that endpoint was asked. */
function front(
  invoke: Invoke = async () => answer([3, 4]),
  options: Partial<EndpointProxyOptions> = {},
) {
  const asked: EndpointQuestion[] = [];
  const queued: AsyncQuestion[] = [];
  const lines: Record<string, unknown>[] = [];
  const handler = createEndpointProxy({
    manifest: {
      name: 'm',
      platform: 'onnxruntime_onnx',
      live: '7',
      versions: [
        { version: '7', digest: '', inputs, outputs, source: { kind: 'endpoint' }, bytes: 0 },
      ],
    },
    runtime: {
      invoke: (question, signal) => {
        asked.push(question);
        return invoke(question, signal);
      },
      invokeAsync: async (question) => {
        queued.push(question);
        return {
          inferenceId: question.inferenceId,
          outputLocation: 's3://bucket/out/1.out',
          failureLocation: 's3://bucket/failed/1.out',
        };
      },
    },
    putRequest: undefined,
    stage: 'test',
    functionVersion: '3',
    startedAhead: true,
    write: (line) => lines.push(JSON.parse(line)),
    ...options,
  });
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    context: unknown = testContext,
  ) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const result = await handler(gatewayEvent(method, path, text, headers), context);
    return { status: result.statusCode, headers: result.headers, body: JSON.parse(result.body) };
  };
  const infer = (body: unknown = one, headers = {}, context: unknown = testContext) =>
    send('POST', '/v2/models/m/infer', body, headers, context);
  return { asked, queued, lines, handler, send, infer };
}

describe('The front of an endpoint', () => {
  it('forwards a request as binary tensors, under the request id that joins the records', async () => {
    const { asked, infer } = front();
    const { status, body } = await infer(one, { traceparent: '00-abc-def-01' });
    expect([status, body]).toMatchObject([
      200,
      { model_name: 'm', model_version: '7', id: 'request-1', outputs: [{ data: [3, 4] }] },
    ]);
    const [question] = asked as [EndpointQuestion];
    expect(question).toMatchObject({
      inferenceId: 'request-1',
      customAttributes: 'request-1;00-abc-def-01',
    });
    const headerLength = headerLengthOf(question.contentType);
    const bytes = Buffer.from(question.body);
    expect(decodeRequest({ bytes, headerLength }, { inputs, outputs })).toMatchObject({
      id: 'request-1',
      inputs: [{ name: 'x', data: Float32Array.of(1, 2) }],
      outputs: [{ name: 'y', binary: true }],
    });
  });

  it('puts nothing into the headers of the runtime that they may not hold', async () => {
    const { asked, infer } = front();
    await infer(one, { traceparent: `é\n${'x'.repeat(2000)}` });
    expect(asked[0]?.customAttributes).toMatch(/^[\x21-\x7e]{1024}$/);
  });

  it('writes the line and the metrics of a prediction, with the variant that answered', async () => {
    const { lines, infer } = front();
    await infer();
    expect(lines).toMatchObject([
      {
        Requests: 1,
        ModelErrors: 0,
        ServerErrors: 0,
        Latency: expect.any(Number),
        Model: 'm',
        FunctionVersion: '3',
        version: '7',
        variant: 'live',
        inferenceMs: expect.any(Number),
      },
    ]);
  });

  it('answers what is wrong with a request itself, without asking the endpoint', async () => {
    const { asked, infer } = front();
    expect(await infer({ inputs: [] })).toMatchObject({ status: 400 });
    expect(await infer({ inputs: [{ ...x, datatype: 'INT8' }] })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('the model expects FP32') },
    });
    expect(asked).toEqual([]);
  });

  it('answers metadata, configuration and statistics itself, and knows the live version only', async () => {
    const { asked, send } = front();
    expect((await send('GET', '/v2/models/m')).body).toMatchObject({ name: 'm', versions: ['7'] });
    expect((await send('GET', '/v2/models/m/config')).body).toMatchObject({ name: 'm' });
    expect((await send('GET', '/v2/models/m/stats')).body.model_stats).toHaveLength(1);
    expect(await send('POST', '/v2/models/m/versions/6/infer', one)).toMatchObject({
      status: 404,
      body: { error: 'model "m" has no version "6", only "7"; "7" is live' },
    });
    expect(asked).toEqual([]);
  });

  it('is ready when the model answers, though it may not like the smallest request', async () => {
    const ready = async (error?: object) => {
      const invoke = async () => {
        if (error) throw error;
        return answer([0]);
      };
      return (await front(invoke).send('GET', '/v2/models/m/ready')).status;
    };
    const modelError = (status: number) => ({ name: 'ModelError', OriginalStatusCode: status });
    expect(await ready()).toBe(200);
    expect(await ready(modelError(400))).toBe(200);
    expect(await ready(modelError(500))).toBe(200);
    expect(await ready(modelError(503))).toBe(503);
    expect(await ready({ name: 'ServiceUnavailable', message: '' })).toBe(503);
  });

  it('tells failures of the model, of the endpoint and of the caller apart', async () => {
    const { lines, infer } = front(async () => {
      throw { name: 'ModelError', OriginalStatusCode: 500, OriginalMessage: '{"error":"e"}' };
    });
    expect(await infer()).toMatchObject({ status: 500, body: { error: 'e' } });
    const away = front(async () => {
      throw { name: 'ValidationError', message: 'Inference Component has no capacity ...' };
    });
    expect(await away.infer()).toMatchObject({ status: 503, headers: { 'retry-after': '60' } });
    expect([lines[0], away.lines[0]]).toMatchObject([
      { ModelErrors: 1, ServerErrors: 0 },
      { ModelErrors: 0, ServerErrors: 1 },
    ]);
  });

  it("gives up on a slow model within the function's time, and ends the call", async () => {
    let signal: AbortSignal | undefined;
    const { infer } = front((_, given) => {
      signal = given;
      return new Promise(() => {});
    });
    const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 300 };
    expect(await infer(one, {}, context)).toMatchObject({
      status: 504,
      body: { error: expect.stringContaining('takes longer than this request') },
    });
    expect(signal?.aborted).toBe(true);
  });

  it("gives up at the request's own timeout, as a model on Lambda does", async () => {
    const { infer } = front(() => new Promise(() => {}));
    const request = { ...one, parameters: { timeout: 1_000 } };
    expect(await infer(request)).toMatchObject({
      status: 408,
      body: { error: expect.stringContaining('parameters.timeout is 1000') },
    });
  });

  it('refuses what an endpoint does not take, and names what does', async () => {
    const size = limits.endpointPayload;
    const { data: _, ...tensor } = x;
    const header = JSON.stringify({
      inputs: [{ ...tensor, shape: [size / 4], parameters: { binary_data_size: size } }],
    });
    const body = gzipSync(Buffer.concat([Buffer.from(header), Buffer.alloc(size)]), { level: 1 });
    const { asked, handler } = front();
    const event = gatewayEvent('POST', '/v2/models/m/infer', body, {
      'content-encoding': 'gzip',
      'inference-header-content-length': String(header.length),
    });
    const result = await handler(event, testContext);
    expect(result.statusCode).toBe(413);
    expect(JSON.parse(result.body).error).toMatch(/batch job.*sagemaker\.async/);
    expect(asked).toEqual([]);
  });
});

describe('The front of an asynchronous endpoint', () => {
  const kept: { key: string; body: Uint8Array; contentType: string }[] = [];
  const putRequest = async (key: string, body: Uint8Array, contentType: string) => {
    kept.push({ key, body, contentType });
    return `s3://bucket/in/${key}`;
  };

  it('keeps the request, queues it and answers where its answer will lie', async () => {
    const { queued, infer } = front(undefined, { putRequest });
    expect(await infer({ ...one, id: '42' })).toMatchObject({
      status: 202,
      body: {
        model_name: 'm',
        model_version: '7',
        id: '42',
        inference_id: 'request-1',
        output_location: 's3://bucket/out/1.out',
        failure_location: 's3://bucket/failed/1.out',
      },
    });
    expect(queued).toMatchObject([
      { inputLocation: 's3://bucket/in/request-1', inferenceId: 'request-1' },
    ]);
    const [request] = kept.splice(0);
    const headerLength = headerLengthOf(request?.contentType) as number;
    const json = JSON.parse(Buffer.from(request?.body ?? []).toString('utf8', 0, headerLength));
    // The container answers for itself: JSON, as the caller did not ask for another form.
    expect(json).toMatchObject({ id: '42', outputs: [{ parameters: { binary_data: false } }] });
  });

  it('refuses a wrong request before it is queued', async () => {
    const { queued, infer } = front(undefined, { putRequest });
    expect(await infer({ inputs: [] })).toMatchObject({ status: 400 });
    expect([queued, kept]).toEqual([[], []]);
  });

  it('is ready without asking: its queue takes requests at any time', async () => {
    const { asked, send } = front(undefined, { putRequest });
    expect((await send('GET', '/v2/models/m/ready')).status).toBe(200);
    expect(asked).toEqual([]);
  });

  it('counts a request that could not be queued as a failure of the server', async () => {
    const { lines, infer } = front(undefined, {
      putRequest: async () => {
        throw Object.assign(new Error('no'), { name: 'AccessDenied' });
      },
    });
    expect(await infer()).toMatchObject({ status: 500 });
    expect(lines).toMatchObject([{ ServerErrors: 1, error: expect.any(String) }]);
  });
});
