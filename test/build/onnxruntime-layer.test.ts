import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildOnnxruntimeLayer,
  type LayerArchitecture,
  type OnnxruntimeLayer,
} from '../../build/onnxruntime-layer.ts';

const outDir = mkdtempSync(join(tmpdir(), 'siskin-layer-'));
const installed = join(
  dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')),
  'bin/napi-v6/linux',
);

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
const bytesBelow = (folder: string) =>
  filesBelow(folder).reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);

describe.each<LayerArchitecture>(['x64', 'arm64'])(
  'The onnxruntime layer for %s',
  (architecture) => {
    let layer: OnnxruntimeLayer;
    beforeAll(() => {
      layer = buildOnnxruntimeLayer(architecture, outDir);
    });

    it('is within 3 % of the native library and binding', () => {
      const native = bytesBelow(join(installed, architecture));
      expect(bytesBelow(layer.folder)).toBe(layer.bytes);
      expect(layer.bytes / native).toBeLessThan(1.03);
    });

    it("holds one platform's binaries where the binding looks for them", () => {
      const binaries = filesBelow(layer.folder).filter((path) =>
        /\.(node|so\.1|dll|dylib)$/.test(path),
      );
      const folder = `nodejs/node_modules/onnxruntime-node/bin/napi-v6/linux/${architecture}`;
      expect(binaries.sort()).toEqual([
        `${folder}/libonnxruntime.so.1`,
        `${folder}/onnxruntime_binding.node`,
      ]);
    });

    it('is not built twice', () => {
      const before = statSync(layer.folder).mtimeMs;
      expect(buildOnnxruntimeLayer(architecture, outDir)).toEqual(layer);
      expect(statSync(layer.folder).mtimeMs).toBe(before);
    });
  },
);

describe('The onnxruntime layer', () => {
  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'is complete: it loads with nothing beside it',
    () => {
      const layer = buildOnnxruntimeLayer('x64', outDir);
      const load = createRequire(join(layer.folder, 'nodejs', 'index.js'));
      expect(load.resolve('onnxruntime-node')).toContain(layer.folder);
      expect(load('onnxruntime-node').InferenceSession.create).toBeTypeOf('function');
    },
  );
});
