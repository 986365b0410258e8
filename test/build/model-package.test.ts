import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleOf } from '../../build/functions.ts';
import { type ModelPackageInput, stageModelPackage } from '../../build/model-package.ts';
import { readModelRepository } from '../../lib/model-repository/read-model-repository.ts';
import type { ModelSource } from '../../serving/contract/manifest.ts';
import { fakeArtifacts, type RepositoryFiles, writeRepository } from '../fixtures/inference-app.ts';
import { addConstant } from '../fixtures/onnx-models.ts';

const outDir = mkdtempSync(join(tmpdir(), 'siskin-packages-'));
const twoVersions: RepositoryFiles = { 'plus/1/model.onnx': 1, 'plus/2/model.onnx': 2 };

function input(
  files: RepositoryFiles = twoVersions,
  outside: ReadonlyMap<string, ModelSource> = new Map(),
): ModelPackageInput {
  const { models } = readModelRepository(writeRepository(files));
  const [model] = models;
  if (!model) throw new Error('no model');
  const artifacts = fakeArtifacts(models);
  return {
    ...model,
    versions: artifacts.versions.get(model.name) ?? [],
    bundle: bundleOf(artifacts.functions, 'predict'),
    outside,
  };
}

const inS3 = new Map<string, ModelSource>([['1', { kind: 's3', key: 'abc.onnx', bytes: 300e6 }]]);

describe("A model's package", () => {
  it('holds the bundle, the manifest and every version folder', () => {
    const { folder } = stageModelPackage(input(), outDir);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(files.filter((path) => /\.\w+$/.test(path)).sort()).toEqual([
      'index.js',
      'manifest.json',
      'package.json',
      'versions/1/model.onnx',
      'versions/2/model.onnx',
    ]);
    expect(readFileSync(join(folder, 'versions/2/model.onnx'))).toEqual(
      Buffer.from(addConstant(2)),
    );
  });

  it('says in its manifest what is served and where it lies', () => {
    const { folder } = stageModelPackage(input(twoVersions, inS3), outDir);
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      name: 'plus',
      live: '2',
      versions: [
        { version: '1', source: { kind: 's3', key: 'abc.onnx', bytes: 300e6 } },
        {
          version: '2',
          digest: expect.stringMatching(/^[0-9a-f]{64}$/),
          inputs: [{ name: 'x', datatype: 'FP32', shape: [-1] }],
          outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }],
          source: { kind: 'package', path: 'versions/2/model.onnx' },
        },
      ],
    });
    expect(readdirSync(join(folder, 'versions'))).toEqual(['2']);
  });

  it('has one digest for equal content and others for other content', () => {
    const digestOf = (...args: Parameters<typeof input>) =>
      stageModelPackage(input(...args), outDir).digest;
    const digests = [
      digestOf(),
      digestOf({ ...twoVersions, 'plus/2/model.onnx': 3 }),
      digestOf({ ...twoVersions, 'plus/model.yaml': 'live: 1\n' }),
      digestOf(twoVersions, inS3),
    ];
    expect(digestOf()).toBe(digests[0]);
    expect(new Set(digests).size).toBe(digests.length);
  });
});
