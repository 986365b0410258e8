import { describe, expect, it } from 'vitest';
import type { Client } from './client.ts';
import { conformanceModels } from './models.ts';
import { expectError, infer, json, tensor } from './requests.ts';

/** `versions`: those of the model "plus" that the server serves. */
export function describeServer(client: () => Client, versions: readonly string[]): void {
  const get = (path: string) => client()('GET', path);

  describe('The server', () => {
    it.each(['/v2', '/v2/'])('tells its name, version and extensions at %s', async (path) => {
      expect(json(await get(path))).toEqual({
        name: 'siskin',
        version: expect.any(String),
        extensions: expect.arrayContaining(['binary_tensor_data', 'classification']),
      });
    });

    it('is live and ready', async () => {
      expect((await get('/v2/health/live')).status).toBe(200);
      expect((await get('/v2/health/ready')).status).toBe(200);
    });

    it('lists its models, and every version in the repository index', async () => {
      const models = json(await get('/v2/models')).models;
      expect(models).toEqual(expect.arrayContaining(Object.keys(conformanceModels)));
      for (const body of ['', '{"ready":true}']) {
        const index = JSON.parse(
          (await client()('POST', '/v2/repository/index', body)).bytes.toString(),
        );
        for (const version of versions) {
          expect(index).toContainEqual({ name: 'plus', version, state: 'READY', reason: '' });
        }
      }
    });

    it('does not load or unload by request', async () => {
      for (const verb of ['load', 'unload']) {
        const post = (model: string) =>
          client()('POST', `/v2/repository/models/${model}/${verb}`, '{}');
        expectError(await post('plus'), 501, '"plus"');
        expectError(await post('plis'), 404, '"plis"');
      }
    });

    it('describes its interface', async () => {
      expect(json(await get('/openapi.json')).openapi).toMatch(/^3\.0/);
    });

    it('knows no other paths and says which models there are', async () => {
      expectError(await get('/v2/nothing'), 404, '/v2/nothing');
      expectError(await get('/v2/models/plis/infer'), 404, '"plis"; there are: "plus"');
      expectError(await get('/v2/models/..%2f..%2fetc%2fpasswd'), 404, '../../etc/passwd');
    });
  });

  describe('A model', () => {
    it.each(['', `/versions/${versions[0]}`])('describes itself at its path%s', async (version) => {
      expect(json(await get(`/v2/models/plus${version}`))).toEqual({
        name: 'plus',
        versions,
        platform: 'onnxruntime_onnx',
        inputs: [{ name: 'x', datatype: 'FP32', shape: [-1] }],
        outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }],
      });
    });

    it('is ready in every version', async () => {
      for (const version of ['', ...versions.map((each) => `/versions/${each}`)]) {
        const answer = await get(`/v2/models/plus${version}/ready`);
        expect(json(answer)).toEqual({ name: 'plus', ready: true });
      }
    });

    it('has a configuration that tells types and shapes', async () => {
      expect(json(await get('/v2/models/identity-bytes/config'))).toMatchObject({
        name: 'identity-bytes',
        max_batch_size: 0,
        input: [{ name: 'x', data_type: 'TYPE_STRING', dims: [-1] }],
      });
    });

    it('answers in the version that is named, and in the highest when none is', async () => {
      const body = JSON.stringify({ inputs: [tensor('x', 'FP32', [1], [1])] });
      const post = (version: string) => client()('POST', `/v2/models/plus${version}/infer`, body);
      for (const version of versions) {
        const answer = json(await post(`/versions/${version}`));
        expect(answer.outputs?.[0]?.data).toEqual([1 + Number(version)]);
      }
      expect(json(await post('')).outputs?.[0]?.data).toEqual([11]);
      const known = versions.map((version) => `"${version}"`).join(', ');
      expectError(await post('/versions/3'), 404, '"3"', known, '"10" is live');
      expectError(await post('/versions/02'), 404, '"02"');
    });

    it('counts its inferences, successes and failures apart', async () => {
      await infer(client(), 'matrix', { inputs: [tensor('x', 'FP32', [3, 4], Array(12).fill(1))] });
      await infer(client(), 'matrix', { inputs: [] });
      const stats = json(await get('/v2/models/matrix/stats')).model_stats as Statistics[];
      expect(stats).toMatchObject([{ name: 'matrix', version: '1' }]);
      const [{ inference_stats, execution_count }] = stats as [Statistics];
      expect(inference_stats.success.count).toBe(execution_count);
      expect(inference_stats.fail.count).toBeGreaterThanOrEqual(1);
      const [one] = json(await get('/v2/models/matrix/versions/1/stats'))
        .model_stats as Statistics[];
      expect(one?.version).toBe('1');
    });

    it('is found by a percent-encoded name, decoded once', async () => {
      expect((await get('/v2/models/add%2Esub')).status).toBe(200);
      expectError(await get('/v2/models/add%252Esub'), 404);
    });

    it.each([
      ['GET', '/v2/models/plus/infer', 'POST'],
      ['DELETE', '/v2/models/plus', 'GET, HEAD'],
      ['POST', '/v2/models/plus/versions/1/ready', 'GET, HEAD'],
      ['POST', '/v2/health/live', 'GET, HEAD'],
      ['GET', '/v2/repository/index', 'POST'],
    ])('refuses %s %s, naming what is allowed', async (method, path, allow) => {
      const answer = await client()(method, path, method === 'POST' ? '{}' : undefined);
      expectError(answer, 405, allow);
      expect(answer.headers.allow).toContain(allow);
    });

    it('answers HEAD without a body and OPTIONS with what is allowed', async () => {
      for (const path of ['/v2', '/v2/models/plus']) {
        const head = await client()('HEAD', path);
        expect([head.status, head.bytes.length]).toEqual([200, 0]);
        const options = await client()('OPTIONS', path);
        expect(options.headers.allow).toContain('GET');
        expect(options.status).toBeLessThan(300);
      }
    });

    it('says 404 for what is no operation of a model', async () => {
      expectError(await get('/v2/models/plus/explain'), 404, 'infer');
      expectError(await client()('POST', '/v2/models/plus/versions/1/generate', '{}'), 404);
    });
  });
}

interface Statistics {
  readonly name: string;
  readonly version: string;
  readonly execution_count: number;
  readonly inference_stats: Record<'success' | 'fail', { count: number; ns: number }>;
}
