import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stageCheckPackage } from '../../build/check-package.ts';
import { bundleOf } from '../../build/functions.ts';
import { readModelRepository } from '../../lib/model-repository/read-model-repository.ts';
import { fakeArtifacts, type RepositoryFiles, writeRepository } from '../fixtures/inference-app.ts';

const outDir = mkdtempSync(join(tmpdir(), 'siskin-checks-'));

const golden = (answer: number) =>
  JSON.stringify({
    tolerance: { absolute: 0, relative: 0 },
    cases: [
      {
        name: 'one',
        request: { inputs: [{ name: 'x', shape: [1], datatype: 'FP32', data: [0] }] },
        outputs: [{ name: 'y', shape: [1], datatype: 'FP32', data: [answer] }],
      },
    ],
  });

function stage(files: RepositoryFiles) {
  const { models } = readModelRepository(writeRepository(files));
  const [model] = models;
  if (!model) throw new Error('no model');
  const bundle = bundleOf(fakeArtifacts(models).functions, 'pre-traffic-check');
  return stageCheckPackage(model, bundle, outDir);
}

const files: RepositoryFiles = {
  'plus/model.yaml': 'alarms: {p95LatencyMs: 250}\n',
  'plus/1/model.onnx': 1,
  'plus/1/golden.json': golden(1),
  'plus/2/model.onnx': 2,
};

describe('The package of the pre-traffic check', () => {
  it('knows the release and carries the golden files that there are', () => {
    const { folder } = stage(files);
    expect(JSON.parse(readFileSync(join(folder, 'check.json'), 'utf8'))).toEqual({
      model: 'plus',
      live: '2',
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1] }],
      p95LatencyMs: 250,
      breaking: false,
      golden: { 1: 'golden/1.json' },
    });
    expect(readFileSync(join(folder, 'golden/1.json'), 'utf8')).toBe(golden(1));
  });

  it('has another digest when a golden file changes', () => {
    const other = { ...files, 'plus/1/golden.json': golden(7) };
    expect(stage(other).digest).not.toBe(stage(files).digest);
  });
});
