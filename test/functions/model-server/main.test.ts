import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeArchive } from '../../fixtures/endpoint.ts';
import { addConstantModel } from '../../fixtures/test-models.ts';

const folder = mkdtempSync(join(tmpdir(), 'siskin-model-server-'));
const bundle = join(folder, 'index.js');
const root = join(import.meta.dirname, '../../..');
const children: ChildProcess[] = [];

beforeAll(async () => {
  await build({
    entryPoints: [join(root, 'functions/model-server/main.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['onnxruntime-node'],
    logLevel: 'silent',
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** The container's process as SageMaker starts it, and the lines of its log. */
function container(archive: string, model = 'm') {
  const child = spawn(process.execPath, [bundle, 'serve'], {
    env: {
      NODE_PATH: join(root, 'node_modules'),
      SM_MODEL_DIR: archive,
      SAGEMAKER_BIND_TO_PORT: '0',
      SAGEMAKER_TRITON_DEFAULT_MODEL_NAME: model,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value as string);
  return { child, next, exited: once(child, 'exit') };
}

describe("The model server's process", () => {
  it('answers, and ends with 0 when it is told to', async () => {
    const { child, next, exited } = container(writeArchive('m', '1', addConstantModel(1)));
    const ready = await next();
    expect(ready).toMatchObject({ message: 'ready', model: 'm', version: '1' });
    const input = { name: 'x', datatype: 'FP32', shape: [1], data: [1] };
    const answer = await fetch(`http://127.0.0.1:${ready.port}/invocations`, {
      method: 'POST',
      body: JSON.stringify({ inputs: [input] }),
    });
    expect(await answer.json()).toMatchObject({ outputs: [{ data: [2] }] });
    child.kill('SIGTERM');
    expect(await next()).toMatchObject({ message: 'drained', requests: 1 });
    expect(await exited).toEqual([0, null]);
  });

  it('says what is wrong with its archive, without a stack, and ends with 1', async () => {
    const { next, exited } = container(writeArchive('other', '1', addConstantModel(1)));
    expect(await next()).toMatchObject({
      level: 'ERROR',
      message: expect.stringMatching(
        /is "m", but the model archive .* holds only other; lay it out/,
      ),
    });
    expect(await exited).toEqual([1, null]);
  });
});
