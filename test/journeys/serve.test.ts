import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../architecture/sources.ts';
import { Server, siskin } from './siskin-process.ts';

const shipped = join(root, 'model-artifacts');
const spamRequest = {
  inputs: [
    { name: 'text', shape: [1], datatype: 'BYTES', data: ['You have won a prize, click here'] },
  ],
};

describe('A platform engineer serves a folder of models on one machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'siskin-serve-'));
  const models = join(folder, 'models');
  const state = join(folder, 'state');
  let server: Server;

  beforeAll(async () => {
    mkdirSync(join(models, 'digits'), { recursive: true });
    cpSync(join(shipped, 'spam'), join(models, 'spam'), { recursive: true });
    cpSync(join(shipped, 'digits/1'), join(models, 'digits/1'), { recursive: true });
    server = await Server.start({ models, state });
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gets the answer of the README', async () => {
    const answer = await server.infer('spam', spamRequest);
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as { outputs: { name: string; data: unknown[] }[] };
    expect(body).toMatchObject({ model_name: 'spam', model_version: '1' });
    expect(body.outputs.map(({ name }) => name)).toEqual(['label', 'probability']);
    expect(body.outputs[0]?.data).toEqual(['spam']);
  });

  it('prints a request that can be pasted, and what to do next', () => {
    expect(server.stdout).toContain(`Siskin is ready on ${server.endpoint}\n`);
    expect(server.stdout).toContain(`curl -s ${server.endpoint}/v2/models/spam/infer`);
    expect(server.stdout).toContain('What to do next:');
  });

  it('lists models, metadata and readiness', async () => {
    expect(await (await server.fetch('/v2/models')).json()).toEqual({ models: ['digits', 'spam'] });
    const metadata = await json(await server.fetch('/v2/models/digits'));
    expect(metadata).toMatchObject({ name: 'digits', versions: ['1'] });
    expect((await server.fetch('/v2/models/digits/versions/1/ready')).status).toBe(200);
    expect((await server.fetch('/v2/health/ready')).status).toBe(200);
  });

  it('answers every mistake of a caller with a 4xx and an error that says what is wrong', async () => {
    const cases: [string, RequestInit, number, RegExp][] = [
      ['/v2/models/nobody/infer', { method: 'POST', body: '{}' }, 404, /nobody/],
      ['/v2/models/digits/versions/7', {}, 404, /7/],
      ['/v2/models/digits/infer', {}, 405, /GET/],
      ['/v2/models/digits/infer', { method: 'POST', body: '{"inputs":' }, 400, /JSON/],
      ['/v2/models/digits/infer', { method: 'POST', body: '{"inputs":[]}' }, 400, /image/],
      ['/nowhere', {}, 404, /nowhere/],
      ['/v2/models/digits/infer', { headers: { 'x-api-key': 'wrong' } }, 403, /key/],
      ['/v2/models/digits/infer', { method: 'POST', body: 'x'.repeat(7e6) }, 413, /6/],
      ['/v2/models/digits/infer', { method: 'POST', body: 'x'.repeat(11e6) }, 413, /10/],
    ];
    for (const [path, init, status, message] of cases) {
      const answer = await server.fetch(path, init);
      const body = (await answer.json()) as { error: string };
      expect([path, answer.status, body.error]).toEqual([
        path,
        status,
        expect.stringMatching(message),
      ]);
    }
    expect((await server.infer('spam', spamRequest)).status).toBe(200);
  });

  it('answers health without a key, and nothing else', async () => {
    expect((await fetch(`${server.endpoint}/v2/health/live`)).status).toBe(200);
    expect((await fetch(`${server.endpoint}/v2/models`)).status).toBe(403);
  });

  it('refuses a second start on the same state and says who holds it', async () => {
    const second = await siskin(['dev', '--models', models, '--state', state, '--port', '0']);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`process ${server.pid}`);
  });

  it('refuses a port that is taken, and leaves no half of a synthesis behind', async () => {
    const other = join(folder, 'other-state');
    const second = await siskin([
      'dev',
      '--models',
      models,
      '--state',
      other,
      '--port',
      String(server.port),
    ]);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(String(server.port));
    expect(readdirSync(other).filter((name) => name.startsWith('cdk.out'))).toEqual([]);
  });

  it('serves the same versions after a stop and a start, and releases nothing by starting', async () => {
    expect(await server.stop()).toBe(0);
    cpSync(join(shipped, 'digits/2'), join(models, 'digits/2'), { recursive: true });
    mkdirSync(join(models, 'spam.too'), { recursive: true });
    cpSync(join(shipped, 'spam/1'), join(models, 'spam.too/1'), { recursive: true });
    server = await Server.start({ models, state });
    expect(server.stdout).toContain('digits has changed');
    const digits = await json(await server.fetch('/v2/models/digits'));
    expect(digits).toMatchObject({ versions: ['1'] });
    expect((await server.infer('spam.too', spamRequest)).status).toBe(200);
  });

  it('says everything that is wrong with a broken repository, and starts nothing', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(join(broken, 'bad/1'), { recursive: true });
    writeFileSync(join(broken, 'bad/1/model.onnx'), 'no graph');
    writeFileSync(join(broken, 'bad/model.yaml'), 'memry: 5\ntimeout: 99\nlive: 3\n');
    const run = await siskin([
      'dev',
      '--models',
      broken,
      '--state',
      join(folder, 's3'),
      '--port',
      '0',
    ]);
    expect(run.code).toBe(1);
    for (const said of ['memry', 'memory', 'timeout', 'live', 'model.onnx']) {
      expect(run.stderr).toContain(said);
    }
  });
});

// biome-ignore lint/suspicious/noExplicitAny: the assertions say what an answer holds.
async function json(answer: Response): Promise<any> {
  return await answer.json();
}
