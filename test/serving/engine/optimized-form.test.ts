import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stageModelPackage } from '../../../build/model-package.ts';
import { optimizedModel } from '../../../build/optimization/optimized-model.ts';
import { prepareModel } from '../../../build/prepare-model.ts';
import type { ModelVersion } from '../../../lib/model-repository/model.ts';
import { readModelRepository } from '../../../lib/model-repository/read-model-repository.ts';
import type { CheckTensor } from '../../../serving/contract/answer-check.ts';
import type { ManifestVersion, ModelManifest } from '../../../serving/contract/manifest.ts';
import {
  cpuInfoFile,
  type ImageLayout,
  type OptimizedForm,
} from '../../../serving/contract/optimized-form.ts';
import { createModelLoader } from '../../../serving/engine/model-loader.ts';
import { createOnnxEngine } from '../../../serving/engine/onnx-engine.ts';
import {
  createFormOpener,
  type OptimizedFormOptions,
} from '../../../serving/engine/optimized-form.ts';
import type { Engine } from '../../../serving/engine/port.ts';
import { smallestInputs } from '../../../serving/engine/smallest-inputs.ts';
import { makeFolder } from '../../fixtures/model-folder.ts';
import { residualNetwork } from '../../fixtures/residual-network.ts';

const network = residualNetwork({ stages: [8, 24], blocks: 1, size: 16, classes: 3 });
const architecture = process.arch as 'x64' | 'arm64';

let packaged: { root: string; version: ManifestVersion };

const shared = mkdtempSync(join(tmpdir(), 'siskin-optimized-'));

afterAll(() => rmSync(shared, { recursive: true }));

beforeAll(async () => {
  const models = join(shared, 'models');
  const bundled = join(shared, 'bundle');
  for (const folder of [join(models, 'net', '1'), bundled]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(models, 'net', '1', 'model.onnx'), network);
  for (const name of ['index.js', 'package.json']) writeFileSync(join(bundled, name), '{}');
  const source = readModelRepository(models).models[0]?.versions[0] as ModelVersion;
  const outDir = join(shared, 'dist');
  const plain = prepareModel(source, outDir);
  const options = { outDir, architecture, warn: () => {}, leastBytes: 0 };
  const optimized = await optimizedModel(plain, source, options);
  const { folder: root } = stageModelPackage(
    {
      name: 'net',
      awsName: 'net',
      live: '1',
      versions: [{ ...plain, ...(optimized && { optimized }) }],
      bundle: { name: 'predict', folder: bundled, digest: '', bytes: 0 },
      outside: new Map(),
    },
    outDir,
  );
  const manifest: ModelManifest = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8'));
  packaged = { root, version: manifest.versions[0] as ManifestVersion };
});

/** A copy of the package, to be damaged. */
function copied(): { root: string; version: ManifestVersion } {
  const root = makeFolder();
  const { version } = packaged;
  const released = version.source.kind === 'package' ? version.source.path : '';
  for (const path of [released, ...(version.optimized?.files ?? []).map((file) => file.path)]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    copyFileSync(join(packaged.root, path), join(root, path));
  }
  return { root, version };
}

/** Loads the version as the function does; says which files that opened, and in which forms. */
async function load(
  { root, version }: { root: string; version: ManifestVersion },
  options: Partial<OptimizedFormOptions> & { readonly api?: 'binding' | 'public' } = {},
) {
  const warnings: string[] = [];
  const opened: string[] = [];
  const { api = 'binding' } = options;
  const onnx = createOnnxEngine({ threads: 1, api });
  const engine: Engine = {
    load: (file, signature, form = 'released') => {
      opened.push(`${form} ${basename(file)}`);
      return onnx.load(file, signature, form);
    },
  };
  const loader = createModelLoader({
    engine,
    fileOf: ({ source }) => join(root, source.kind === 'package' ? source.path : ''),
    openForm: createFormOpener({ engine, root, ...options }),
    warn: (message) => warnings.push(message),
  });
  const session = await loader(version);
  const answer = await session.run(smallestInputs(version.inputs), ['scores']);
  await session.dispose();
  return { warnings, opened, scores: [...(answer[0]?.data ?? [])] as number[] };
}

/** The version without its form: what it must answer, whatever happens to the form. */
async function releasedScores(): Promise<number[]> {
  const { optimized: _, ...plain } = packaged.version;
  return (await load({ ...packaged, version: plain })).scores;
}

/** Only where the build knows the processor is a network of convolutions optimized at all. */
const isLinuxOnX64 = process.platform === 'linux' && process.arch === 'x64';

describe.runIf(isLinuxOnX64)('The optimized form of a network of convolutions', () => {
  it.each(['binding', 'public'] as const)(
    'serves what the released model serves, once the layout of images is proven, by the %s interface',
    async (api) => {
      const { warnings, opened, scores } = await load(packaged, { api });
      expect(warnings).toEqual([]);
      expect(opened).toEqual(['optimized layout.onnx', 'optimized model.onnx']);
      for (const [index, score] of (await releasedScores()).entries()) {
        expect(scores[index]).toBeCloseTo(score, 4);
      }
    },
  );

  it.each(['model.onnx', 'weights.bin', 'layout.onnx'])(
    'is not served, and not even opened, when %s is damaged',
    async (name) => {
      for (const damage of [cut, lengthen, alter, zeroHalf, replace]) {
        const { root, version } = copied();
        damage(join(root, 'versions', '1', 'optimized', name));
        const { warnings, opened, scores } = await load({ root, version });
        expect(opened).toEqual(['released model.onnx']);
        expect(warnings).toEqual([expect.stringMatching(`optimized/${name} is damaged`)]);
        expect(scores).toEqual(await releasedScores());
      }
    },
  );

  it.each(['model.onnx', 'weights.bin', 'layout.onnx'])(
    'is not served without %s',
    async (name) => {
      const { root, version } = copied();
      rmSync(join(root, 'versions', '1', 'optimized', name));
      const { warnings, opened } = await load({ root, version });
      expect(opened).toEqual(['released model.onnx']);
      expect(warnings).toEqual([expect.stringContaining('ENOENT')]);
    },
  );

  it('is not opened on a processor with blocks of another width', async () => {
    const here = readFileSync(cpuInfoFile, 'utf8');
    const other = here.includes(' avx512f')
      ? here.replaceAll(' avx512f', '')
      : here.replaceAll(/^(flags\s*:.*)$/gm, '$1 avx512f');
    const { warnings, opened } = await load(packaged, { readCpuInfo: () => other });
    expect(opened).toEqual(['released model.onnx']);
    expect(warnings).toEqual([
      expect.stringMatching(/it is for processors x64-nchw\d+c, and this is/),
    ]);
  });

  it('is not opened where nothing is known of the processor, nor on another architecture', async () => {
    const unknown = await load(packaged, { readCpuInfo: () => 'no flags' });
    const foreign = await load(packaged, { architecture: 'arm64' });
    expect([unknown.opened, foreign.opened]).toEqual(
      Array(2).fill([expect.stringMatching('released')]),
    );
    expect(foreign.warnings[0]).toContain('it is for x64, and this is arm64');
  });

  it('is not opened by another version of onnxruntime than the one that made it', async () => {
    const { warnings, opened } = await load(packaged, { runtime: () => '1.2.3' });
    expect(opened).toEqual(['released model.onnx']);
    expect(warnings[0]).toMatch(/it is for onnxruntime \d+\.\d+\.\d+, and this is 1\.2\.3/);
  });

  it.each(['binding', 'public'] as const)(
    'is not opened when onnxruntime lays out images otherwise than Linux lets expect, by the %s interface',
    async (api) => {
      const { version } = packaged;
      const { optimized } = version;
      const layout = optimized?.layout as ImageLayout;
      const [output] = layout.check.outputs as [CheckTensor];
      // As on a processor with narrower blocks: the weights, and so the answers, in another order.
      const floats = new Float32Array(
        Uint8Array.from(Buffer.from(String(output.data), 'base64')).buffer,
      );
      const data = Buffer.from(floats.reverse().buffer).toString('base64');
      const check = { ...layout.check, outputs: [{ ...output, data }] };
      const form = { ...(optimized as OptimizedForm), layout: { ...layout, check } };
      const { warnings, opened, scores } = await load(
        { ...packaged, version: { ...version, optimized: form } },
        { api },
      );
      expect(opened).toEqual(['optimized layout.onnx', 'released model.onnx']);
      expect(warnings).toEqual([
        'version 1 is served without its optimized form: onnxruntime lays out images otherwise on this processor',
      ]);
      expect(scores).toEqual(await releasedScores());
    },
  );
});

function cut(file: string): void {
  truncateSync(file, readFileSync(file).length - 1);
}

function lengthen(file: string): void {
  appendFileSync(file, 'more');
}

function alter(file: string): void {
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] as number) ^ 1;
  writeFileSync(file, bytes);
}

/** As a copy is that was broken off, on a file system that had made room for all of it. */
function zeroHalf(file: string): void {
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0, bytes.length >> 1));
}

/** By a file of the same size from another model. */
function replace(file: string): void {
  const bytes = readFileSync(file);
  writeFileSync(
    file,
    bytes.map((byte, index) => byte + index),
  );
}
