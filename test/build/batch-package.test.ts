import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BatchModel, stagePlanner, stageWorkerModel } from '../../build/batch-package.ts';

const outDir = mkdtempSync(join(tmpdir(), 'siskin-batch-'));
const source = join(outDir, 'model.onnx');
writeFileSync(source, 'weights');

const model = (digest: string): BatchModel => ({
  name: 'a.b',
  awsName: 'a-b',
  live: '2',
  versions: ['1', '2'].map((version) => ({
    version,
    digest,
    bytes: 7,
    inputs: [],
    outputs: [],
    files: [{ path: 'model.onnx', source }],
    optimized: { bytes: 3, architecture: 'x64', runtime: '1.0.0', files: [] },
  })),
});
const bundle = { name: 'batch-planner', folder: join(outDir, 'planner'), digest: 'd', bytes: 1 };

const manifestIn = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));

describe('What a worker of a batch job unpacks', () => {
  it('is the manifest with every version as it was released', () => {
    const { folder } = stageWorkerModel(model('one'), outDir);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => file.includes('.')).sort()).toEqual([
      'manifest.json',
      'versions/1/model.onnx',
      'versions/2/model.onnx',
    ]);
    expect(manifestIn(folder)).toMatchObject({
      name: 'a.b',
      live: '2',
      versions: [
        { version: '1', digest: 'one', source: { kind: 'package', path: 'versions/1/model.onnx' } },
        { version: '2' },
      ],
    });
    expect(JSON.stringify(manifestIn(folder))).not.toContain('optimized');
  });

  it('has a name that follows from its content', () => {
    expect(stageWorkerModel(model('one'), outDir)).toEqual(stageWorkerModel(model('one'), outDir));
    const other = stageWorkerModel(model('other'), outDir);
    expect(other.digest).not.toBe(stageWorkerModel(model('one'), outDir).digest);
  });
});

describe('The package of the planner', () => {
  it('holds the very manifest that the workers get, beside the code', () => {
    mkdirSync(bundle.folder);
    for (const file of ['index.js', 'package.json']) writeFileSync(join(bundle.folder, file), '{}');
    const { folder } = stagePlanner(model('one'), bundle, outDir);
    expect(readdirSync(folder).sort()).toEqual(['index.js', 'manifest.json', 'package.json']);
    expect(manifestIn(folder)).toEqual(manifestIn(stageWorkerModel(model('one'), outDir).folder));
  });
});
