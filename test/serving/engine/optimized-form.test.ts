import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stageModelPackage } from '../../../build/model-package.ts';
import { optimizedModel } from '../../../build/optimization/optimized-model.ts';
import { prepareModel } from '../../../build/prepare-model.ts';
import type { ModelVersion } from '../../../lib/model-repository/model.ts';
import { readModelRepository } from '../../../lib/model-repository/read-model-repository.ts';
import type { ManifestVersion, ModelManifest } from '../../../serving/contract/manifest.ts';
import { cpuInfoFile } from '../../../serving/contract/optimized-form.ts';
import { createModelLoader } from '../../../serving/engine/model-loader.ts';
import { createOnnxEngine } from '../../../serving/engine/onnx-engine.ts';
import {
  createFormOpener,
  type OptimizedFormOptions,
} from '../../../serving/engine/optimized-form.ts';
import type { Engine, ModelForm } from '../../../serving/engine/port.ts';
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

/** Loads the version as the function does; says in which forms that was tried. */
async function load(
  { root, version }: { root: string; version: ManifestVersion },
  options: Partial<OptimizedFormOptions> & { readonly api?: 'binding' | 'public' } = {},
) {
  const warnings: string[] = [];
  const forms: ModelForm[] = [];
  const { api = 'binding' } = options;
  const onnx = createOnnxEngine({ threads: 1, api });
  const engine: Engine = {
    load: (file, signature, form = 'released') => {
      forms.push(form);
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
  return { warnings, forms, isWarm: session.isWarm === true, scores: [...(answer[0]?.data ?? [])] };
}

/** Only where the build knows the processor is a network of convolutions optimized at all. */
const isLinuxOnX64 = process.platform === 'linux' && process.arch === 'x64';

describe.runIf(isLinuxOnX64)('The optimized form of a network of convolutions', () => {
  it.each(['binding', 'public'] as const)(
    'serves what the released model serves, and has answered before, by the %s interface',
    async (api) => {
      const optimized = await load(packaged, { api });
      const { optimized: _, ...plain } = packaged.version;
      const released = await load({ ...packaged, version: plain }, { api });
      expect(optimized).toMatchObject({ warnings: [], forms: ['optimized'], isWarm: true });
      expect(released).toMatchObject({ warnings: [], forms: ['released'], isWarm: false });
      for (const [index, score] of released.scores.entries()) {
        expect(optimized.scores[index]).toBeCloseTo(score as number, 4);
      }
    },
  );

  it.each(['model.onnx', 'weights.bin', 'check.json'])(
    'is not served, and not even opened, when %s is cut short or altered',
    async (name) => {
      for (const damage of [cut, alter]) {
        const { root, version } = copied();
        damage(join(root, 'versions', '1', 'optimized', name));
        const { warnings, forms } = await load({ root, version });
        expect(forms).toEqual(['released']);
        expect(warnings).toEqual([expect.stringMatching(`optimized/${name} is damaged`)]);
      }
    },
  );

  it('is not opened on a processor with blocks of another width', async () => {
    const here = readFileSync(cpuInfoFile, 'utf8');
    const other = here.includes(' avx512f')
      ? here.replaceAll(' avx512f', '')
      : here.replaceAll(/^(flags\s*:.*)$/gm, '$1 avx512f');
    const { warnings, forms } = await load(packaged, { readCpuInfo: () => other });
    expect(forms).toEqual(['released']);
    expect(warnings).toEqual([
      expect.stringMatching(/it is for processors x64-nchw\d+c, and this is/),
    ]);
  });

  it('is not opened where nothing is known of the processor, nor on another architecture', async () => {
    const unknown = await load(packaged, { readCpuInfo: () => 'no flags' });
    const foreign = await load(packaged, { architecture: 'arm64' });
    expect([unknown.forms, foreign.forms]).toEqual([['released'], ['released']]);
    expect(foreign.warnings[0]).toContain('it is for x64, and this is arm64');
  });

  it.each(['binding', 'public'] as const)(
    'is not served when it answers the check otherwise, by the %s interface',
    async (api) => {
      const { root, version } = copied();
      const check = join(root, version.optimized?.check ?? '');
      const { inputs, outputs } = JSON.parse(readFileSync(check, 'utf8'));
      const wrong = Buffer.from(Float32Array.of(9, 9, 9).buffer).toString('base64');
      writeFileSync(check, JSON.stringify({ inputs, outputs: [{ ...outputs[0], data: wrong }] }));
      const files = version.optimized?.files.filter((file) => !file.path.endsWith('check.json'));
      const optimized = { ...version.optimized, files } as typeof version.optimized & object;
      const { warnings, forms, scores } = await load(
        { root, version: { ...version, optimized } },
        { api },
      );
      expect(forms).toEqual(['optimized', 'released']);
      expect(warnings).toEqual([
        'version 1 is served without its optimized form: it gives another output "scores" than the model that it was made from',
      ]);
      expect(scores).not.toContain(9);
    },
  );
});

function cut(file: string): void {
  truncateSync(file, readFileSync(file).length - 1);
}

function alter(file: string): void {
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] as number) ^ 1;
  writeFileSync(file, bytes);
}
