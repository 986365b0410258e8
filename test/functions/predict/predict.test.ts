import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inferenceEvent } from '../../../serving/contract/proxy-event.ts';
import { createOnnxEngine } from '../../../serving/engine/onnx-engine.ts';
import type { Engine, Session } from '../../../serving/engine/port.ts';
import { predictFunction, writeModel } from '../../fixtures/predict-function.ts';
import {
  addConstantModel,
  gatherModel,
  identityModel,
  repeatModel,
} from '../../fixtures/test-models.ts';

const one = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1], data: [1] }] };
const versions = { '1': addConstantModel(1), '2': addConstantModel(2) };

/** An engine that writes down what it is asked to do. */
function observed(steps: string[]): Engine {
  const onnx = createOnnxEngine({ threads: 1 });
  return {
    load: (...args) => {
      steps.push('load');
      const session = onnx.load(...args) as Session;
      return {
        run: (...given) => {
          steps.push('run');
          return session.run(...given);
        },
        dispose: () => session.dispose(),
      };
    },
  };
}

describe('The prediction function', () => {
  it('answers an event that no gateway made', async () => {
    const model = predictFunction('m', versions);
    const result = await model.invoke(inferenceEvent('m', '1', one));
    expect(JSON.parse(result.body).outputs[0].data).toEqual([2]);
  });

  it('writes one line per request, and none for its warm-up', async () => {
    const model = predictFunction('m', versions);
    await model.warmUp();
    expect(model.lines).toEqual([]);
    await model.infer(one);
    await model.infer(one);
    await model.send('GET', '/v2/models/m');
    expect(model.lines).toMatchObject([
      { Requests: 1, coldStart: true, version: '2', batchSize: 1, requestId: 'request-1' },
      { Requests: 1, coldStart: false, Latency: expect.any(Number) },
      { operation: 'modelMetadata', status: 200 },
    ]);
    expect(model.lines[0]).not.toHaveProperty('Latency');
  });

  it('loads its model ahead of requests, and runs it where no caller waits for that', async () => {
    for (const startedAhead of [false, true]) {
      const steps: string[] = [];
      const model = predictFunction('m', versions, { startedAhead, engine: observed(steps) });
      await model.warmUp();
      expect(steps).toEqual(startedAhead ? ['load', 'run'] : ['load']);
      await model.infer(one);
      expect(steps).toEqual(startedAhead ? ['load', 'run', 'run'] : ['load', 'run']);
    }
  });

  it('counts the latency of a first request when the environment was started ahead', async () => {
    const model = predictFunction('m', versions, { startedAhead: true });
    await model.warmUp();
    await model.infer(one);
    expect(model.lines).toMatchObject([{ coldStart: false, Latency: expect.any(Number) }]);
  });

  it('leaves a request out of the latency that loads another version', async () => {
    const model = predictFunction('m', versions, { startedAhead: true });
    await model.warmUp();
    for (const _ of [1, 2]) await model.invoke(inferenceEvent('m', '1', one));
    expect(model.lines.map(({ coldStart }) => coldStart)).toEqual([true, false]);
  });

  it('counts failures of the model and refusals apart', async () => {
    const model = predictFunction('m', { '1': gatherModel });
    const index = (value: number) => ({
      inputs: [{ name: 'index', datatype: 'INT64', shape: [1], data: [value] }],
    });
    await model.infer(index(9));
    await model.infer({ inputs: [] });
    await model.invoke('no event');
    expect(model.lines).toMatchObject([
      { Requests: 1, ModelErrors: 1, ServerErrors: 0, errorCode: 'model_error' },
      { Requests: 1, ModelErrors: 0, ServerErrors: 0, errorCode: 'signature_mismatch' },
      { status: 400, errorCode: 'bad_event' },
    ]);
  });

  it('stays alive with a broken live version, says so, and serves the others', async () => {
    const { root, manifest } = writeModel('m', versions);
    writeFileSync(join(root, '2.onnx'), 'not a model');
    const model = predictFunction('m', versions, { root, manifest });
    await model.warmUp();
    expect(model.lines).toMatchObject([
      { level: 'WARN', message: expect.stringContaining('warm-up') },
    ]);
    expect(await model.infer(one)).toMatchObject({ status: 503 });
    const ready = await model.send('GET', '/v2/models/m/ready');
    expect([ready.statusCode, ready.headers['retry-after']]).toEqual([503, '1']);
    expect((await model.invoke(inferenceEvent('m', '1', one))).statusCode).toBe(200);
  });

  it('fetches a version from the bucket within the time that the request has', async () => {
    const { root, manifest } = writeModel('m', versions);
    const source = { kind: 's3', key: 'k', bytes: 1 } as const;
    const remote = {
      ...manifest,
      versions: manifest.versions.map((each) => ({ ...each, source })),
    };
    const fetchObject = () => new Promise<never>(() => {});
    const model = predictFunction('m', versions, { root, manifest: remote, fetchObject });
    const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 300 };
    const result = await model.invoke(inferenceEvent('m', '1', one), context);
    expect(result.statusCode).toBe(504);
    expect(JSON.parse(result.body).error).toContain('loading version 1');
  });

  it('refuses an answer over 6 MB with what to do about it', async () => {
    const model = predictFunction('m', { '1': repeatModel(700_000) });
    const third = { inputs: [{ ...one.inputs[0], data: [1 / 3] }] };
    const refused = await model.infer(third);
    expect(refused).toMatchObject({
      status: 413,
      body: { error: expect.stringContaining('gzip') },
    });
    const path = '/v2/models/m/infer';
    const headers = { 'Accept-Encoding': 'gzip' };
    expect((await model.send('POST', path, JSON.stringify(third), headers)).statusCode).toBe(200);
    const binary = { ...third, parameters: { binary_data_output: true } };
    expect((await model.send('POST', path, JSON.stringify(binary))).statusCode).toBe(200);
  });

  it('answers several requests at once, each its own', async () => {
    const model = predictFunction(
      'm',
      { '1': identityModel('INT32') },
      {
        engine: createOnnxEngine({ threads: 1, api: 'public' }),
      },
    );
    const values = Array.from({ length: 20 }, (_, index) => index);
    const answers = await Promise.all(
      values.map((value) =>
        model.infer({ inputs: [{ name: 'x', datatype: 'INT32', shape: [1], data: [value] }] }),
      ),
    );
    expect(answers.map(({ body }) => body.outputs?.[0]?.data)).toEqual(
      values.map((value) => [value]),
    );
  });

  it('does not serve another model', async () => {
    const model = predictFunction('m', versions);
    const result = await model.send('GET', '/v2/models/other');
    expect([result.statusCode, JSON.parse(result.body).error]).toEqual([
      404,
      'no model "other" here; this function serves "m"',
    ]);
  });
});
