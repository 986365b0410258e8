import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { buildFunctions, bundleOf } from '../../build/functions.ts';
import { packageRoot } from '../../build/project.ts';
import { packageFiles } from '../../serving/contract/manifest.ts';
import { inferenceEvent } from '../../serving/contract/proxy-event.ts';
import { writeModel } from '../fixtures/predict-function.ts';
import { addConstantModel } from '../fixtures/test-models.ts';

const temporary = () => mkdtempSync(join(tmpdir(), 'siskin-functions-'));

const outDir = temporary();
const bundles = await buildFunctions(outDir);

describe('The bundles', () => {
  it('are one per function, each a folder with index.js that Node takes for CommonJS', () => {
    expect([...bundles.keys()]).toEqual(
      expect.arrayContaining(['catalogue', 'pre-traffic-check', 'predict']),
    );
    for (const { folder } of bundles.values()) {
      expect(statSync(join(folder, 'index.js')).isFile()).toBe(true);
      expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).type).toBe('commonjs');
    }
  });

  it("need nothing that Lambda doesn't have: Node, the AWS SDK and the layer", () => {
    for (const { name, folder } of bundles.values()) {
      const code = readFileSync(join(folder, 'index.js'), 'utf8');
      const required = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, path]) => path ?? '');
      const others = required.filter(
        (path) =>
          !builtinModules.includes(path.replace(/^node:/, '')) &&
          !path.startsWith('@aws-sdk/') &&
          !path.startsWith('onnxruntime-node'),
      );
      expect(others, name).toEqual([]);
      // Plain Node looks for it nowhere near the layer and the SDK.
      expect(code.match(/\bimport\("[^"]+"\)/g) ?? [], name).toEqual([]);
    }
  });

  it('are the same bytes wherever they are built', async () => {
    const elsewhere = await buildFunctions(temporary());
    for (const { name, digest } of bundles.values()) {
      expect(bundleOf(elsewhere, name).digest, name).toBe(digest);
    }
  });

  it('are not built again without a change', async () => {
    const file = join(bundleOf(bundles, 'predict').folder, 'index.js');
    const before = statSync(file).mtimeMs;
    await buildFunctions(outDir);
    expect(statSync(file).mtimeMs).toBe(before);
  });

  it('are built again when one is missing or the inputs were others', async () => {
    const folder = temporary();
    await buildFunctions(folder);
    const file = join(folder, 'functions', 'predict', 'index.js');
    rmSync(file);
    await buildFunctions(folder);
    expect(statSync(file).size).toBeGreaterThan(0);
    writeFileSync(join(folder, 'functions', '.inputs'), 'others');
    rmSync(join(folder, 'functions', 'predict', 'package.json'));
    await buildFunctions(folder);
    expect(statSync(join(folder, 'functions', 'predict', 'package.json')).isFile()).toBe(true);
  });
});

describe('bundleOf', () => {
  it('names the functions that there are', () => {
    expect(() => bundleOf(bundles, 'other')).toThrow(
      /No function "other"; there are: batch-bootstrap/,
    );
  });
});

describe('The first answer of the predict bundle', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it('loads no module of Node that it does without, as each takes milliseconds of a cold start', async () => {
    const { root, manifest } = writeModel('m', { '1': addConstantModel(1) });
    writeFileSync(join(root, packageFiles.manifest), JSON.stringify(manifest));
    vi.stubEnv('LAMBDA_TASK_ROOT', root);
    const { loaded, lines } = observeBuiltins();
    const stream = vi.spyOn(process, 'stdout', 'get');
    const bundle = join(bundleOf(bundles, 'predict').folder, 'index.js');
    // Out of the checkout, onnxruntime is found where Lambda's layers are.
    vi.stubEnv('NODE_PATH', join(packageRoot, 'node_modules'));
    const { handler } = createRequire(bundle)(bundle);
    const request = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1], data: [1] }] };
    const context = { awsRequestId: 'cold', getRemainingTimeInMillis: () => 1000 };
    const { body } = await handler(inferenceEvent('m', '1', request), context);
    expect(JSON.parse(body).outputs[0].data).toEqual([2]);
    expect(lines).toHaveLength(1);
    expect(stream).not.toHaveBeenCalled();
    expect([...loaded].sort()).toEqual(['node:buffer', 'node:fs', 'node:module', 'node:path']);
  });
});

/** The names of Node's modules as the bundle takes them, and what it writes to standard output. */
function observeBuiltins() {
  const loaded = new Set<string>();
  const lines: string[] = [];
  const original = process.getBuiltinModule;
  const writeSync = (_: number, bytes: Uint8Array) => {
    lines.push(Buffer.from(bytes).toString());
    return bytes.length;
  };
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(((name: string) => {
    loaded.add(name);
    const module = original(name);
    return name === 'node:fs' ? { ...module, writeSync } : module;
  }) as typeof original);
  return { loaded, lines };
}
