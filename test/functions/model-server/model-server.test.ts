import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openInferenceThread } from '../../../functions/model-server/inference-thread.ts';
import {
  type ModelServer,
  startModelServer,
} from '../../../functions/model-server/model-server.ts';
import { createOnnxEngine } from '../../../serving/engine/onnx-engine.ts';
import type { Session } from '../../../serving/engine/port.ts';
import { startContainer, writeArchive } from '../../fixtures/endpoint.ts';
import { addConstantModel, addSubtractModel, gatherModel } from '../../fixtures/test-models.ts';

const running: ModelServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.drain();
});

async function started(server: Promise<ModelServer>): Promise<string> {
  running.push(await server);
  return `http://127.0.0.1:${running.at(-1)?.port}`;
}

const serve = (name: string, folder: string) => started(startContainer(name, folder));
const json = JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1], data: [1] }] });
const post = (url: string, body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
  fetch(`${url}/invocations`, { method: 'POST', body, headers: { 'content-type': type } });

describe('The model server', () => {
  it('pings, and answers JSON in JSON with the model and its version', async () => {
    const url = await serve('m', writeArchive('m', '3', addConstantModel(1)));
    expect((await fetch(`${url}/ping`)).status).toBe(200);
    const answer = await post(url, json);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await answer.json()).toMatchObject({
      model_name: 'm',
      model_version: '3',
      outputs: [{ name: 'y', data: [2] }],
    });
  });

  it("takes and gives binary tensors by Triton's media type", async () => {
    const url = await serve('m', writeArchive('m', '1', addConstantModel(1)));
    const header = Buffer.from(
      '{"parameters":{"binary_data_output":true},"inputs":[{"name":"x","datatype":"FP32","shape":[2],"parameters":{"binary_data_size":8}}]}',
    );
    const body = Buffer.concat([header, Buffer.from(Float32Array.of(1, 2).buffer)]);
    const type = 'application/vnd.sagemaker-triton.binary+json;json-header-size=';
    const answer = await post(url, body, `${type}${header.length}`);
    const given = answer.headers.get('content-type') ?? '';
    expect(given).toMatch(
      /^application\/vnd\.sagemaker-triton\.binary\+json;json-header-size=\d+$/,
    );
    const bytes = Buffer.from(await answer.arrayBuffer());
    const rest = bytes.subarray(Number(given.split('=')[1]));
    expect([rest.readFloatLE(0), rest.readFloatLE(4)]).toEqual([2, 3]);
    const wrong = await post(url, body, `${type}x`);
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      { error: expect.stringContaining('json-header-size') },
    ]);
  });

  it("answers errors with Triton's statuses, and other paths with 400", async () => {
    const url = await serve('m', writeArchive('m', '1', gatherModel));
    const index = (value: number) =>
      `{"inputs":[{"name":"index","datatype":"INT64","shape":[1],"data":[${value}]}]}`;
    const statusOf = async (answer: Promise<Response>) => (await answer).status;
    expect(await statusOf(post(url, index(0)))).toBe(200);
    expect(await statusOf(post(url, index(99)))).toBe(500);
    expect(await statusOf(post(url, '{'))).toBe(400);
    expect(await statusOf(post(url, '{"inputs":[]}'))).toBe(400);
    for (const path of ['/', '/v2/models/m/infer', '/invocations/x']) {
      const answer = await fetch(`${url}${path}`);
      expect([answer.status, await answer.json()]).toEqual([400, { error: expect.any(String) }]);
    }
    expect((await fetch(`${url}/invocations`)).status).toBe(400);
  });

  it('batches what arrives together, by its configuration', async () => {
    const config = `max_batch_size: 4 dynamic_batching { preferred_batch_size: 4 max_queue_delay_microseconds: 60000000 }`;
    const folder = writeArchive('m', '1', addSubtractModel('FP32', 1), config);
    const lines: Readonly<Record<string, unknown>>[] = [];
    const server = startModelServer({
      ...options(folder),
      log: (line) => lines.push(line),
    });
    const url = await started(server);
    const request = (value: number) => {
      const tensor = (name: string) => ({ name, datatype: 'FP32', shape: [1, 1], data: [value] });
      return JSON.stringify({ inputs: [tensor('a'), tensor('b')] });
    };
    const answers = await Promise.all(
      [1, 2, 3, 4].map(async (value) => {
        const answer = await post(url, request(value));
        return (await answer.json()) as { outputs: { data: number[] }[] };
      }),
    );
    expect(answers.map(({ outputs }) => outputs[0]?.data)).toEqual([[2], [4], [6], [8]]);
    await running.pop()?.drain();
    expect(lines.at(-1)).toMatchObject({ message: 'drained', requests: 4, batches: 1 });
  });

  it('is not ready before its model is, and says so', async () => {
    const { promise, resolve } = Promise.withResolvers<Session>();
    const folder = writeArchive('m', '1', addConstantModel(1));
    const port = await freePort();
    const starting = startModelServer({
      ...options(folder),
      settings: { folder, model: 'm', port, threads: 1 },
      openSession: () => promise,
    });
    const url = `http://127.0.0.1:${port}`;
    expect((await fetch(`${url}/ping`)).status).toBe(503);
    expect((await post(url, json)).status).toBe(503);
    const file = join(folder, 'm', '1', 'model.onnx');
    resolve(await createOnnxEngine({ threads: 1 }).load(file, undefined));
    running.push(await starting);
    expect((await fetch(`${url}/ping`)).status).toBe(200);
  });

  it('answers what it has begun before it ends, and takes nothing new', async () => {
    const gate = Promise.withResolvers<void>();
    const folder = writeArchive('m', '1', addConstantModel(1));
    const begun = Promise.withResolvers<void>();
    let isWarm = false;
    const server = await startModelServer({
      ...options(folder),
      openSession: async (model) => {
        const session = await createOnnxEngine({ threads: 1 }).load(model.file, model.signature);
        return {
          signature: session.signature,
          dispose: () => session.dispose(),
          run: async (...args) => {
            if (isWarm) {
              begun.resolve();
              await gate.promise;
            }
            isWarm = true;
            return session.run(...args);
          },
        } as Session;
      },
    });
    const url = `http://127.0.0.1:${server.port}`;
    const answer = post(url, json);
    await begun.promise;
    const drained = server.drain();
    const refused = connect(server.port, '127.0.0.1');
    expect(await once(refused, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);
    gate.resolve();
    expect(await (await answer).json()).toMatchObject({ outputs: [{ data: [2] }] });
    await drained;
  });

  it('runs its model in a thread of its own, which tells errors as they are', async () => {
    const folder = writeArchive('m', '1', gatherModel);
    const main = new URL('../../../functions/model-server/main.ts', import.meta.url);
    const url = await started(
      startModelServer({
        ...options(folder),
        openSession: (model) => openInferenceThread(main, model, () => {}),
      }),
    );
    const index = '{"inputs":[{"name":"index","datatype":"INT64","shape":[1],"data":[99]}]}';
    const answer = await post(url, index);
    expect([answer.status, await answer.json()]).toEqual([
      500,
      { error: expect.stringContaining('the model failed') },
    ]);
    const damaged = { file: join(folder, 'm', 'config.pbtxt'), signature: undefined, threads: 1 };
    await expect(openInferenceThread(main, damaged, () => {})).rejects.toMatchObject({
      code: 'model_not_ready',
    });
  });

  it.each([
    [
      'a configuration that contradicts the model',
      'input { name: "z" data_type: TYPE_FP32 }',
      '"z"',
    ],
    ['a configuration of another backend', 'backend: "python"', 'python'],
  ])('does not start with %s', async (_, config, problem) => {
    const folder = writeArchive('m', '1', addConstantModel(1), config);
    await expect(startContainer('m', folder)).rejects.toThrow(problem);
  });
});

function options(folder: string): Parameters<typeof startModelServer>[0] {
  return {
    settings: { folder, model: 'm', port: 0, threads: 1 },
    openSession: ({ file, signature, threads }) =>
      createOnnxEngine({ threads }).load(file, signature),
    clock: {
      now: () => performance.now(),
      after: (milliseconds, action) => void setTimeout(action, milliseconds),
    },
    generateId: () => 'none',
    log: () => {},
  };
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
