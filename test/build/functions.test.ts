import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildFunctions, bundleOf } from '../../build/functions.ts';

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
