import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../lib/model-repository/read-model.ts';
import { makeFolder } from '../../fixtures/model-folder.ts';
import { identity } from '../../fixtures/onnx-models.ts';

const model = identity('FP32', [-1, 4]);
const speed = { threads: 1, p50Ms: 200, p95Ms: 250 };

const profile = JSON.stringify({
  artifact: createHash('sha256').update(model).digest('hex'),
  measured: '2026-11-22',
  machine: { processor: 'any', cores: 2, platform: 'linux x64' },
  node: '24',
  onnxruntime: '1.30.0',
  request: 'golden',
  loadMs: 10,
  peakMemoryMiB: 100,
  oneThread: speed,
  allCores: speed,
  batches: [],
});

const read = (yaml: string) => {
  const files = { 'm/model.yaml': yaml, 'm/1/model.onnx': model, 'm/1/profile.json': profile };
  return readModel('m', `${makeFolder(files)}/m`);
};

const busy = 'memory: 8192\ntraffic: {requestsPerMinute: 20000, payloadKB: 1}\n';

describe('A model with target: auto', () => {
  it('goes to Lambda when it fits, and says why', () => {
    const { model: found, problems } = read('target: auto\n');
    expect(problems).toEqual([]);
    expect(found?.config.target).toBe('lambda');
    expect(found?.config.rollout).toMatchObject({ strategy: 'canary' });
    expect(found?.origins.target).toMatch(/^auto: .+/);
  });

  it('keeps an endpoint in reserve without a word about it', () => {
    const { model: found, problems } = read('target: auto\nsagemaker: {instance: ml.m5.large}\n');
    expect(problems).toEqual([]);
    expect(found?.config).toMatchObject({ target: 'lambda' });
    expect(found?.config.sagemaker).toBeUndefined();
  });

  it('never gets what is billed without requests, unless model.yaml accepts that', () => {
    expect(read(`target: auto\n${busy}`).model?.config.target).toBe('lambda');
    const { model: found } = read(`target: auto\nallowAlwaysOn: true\n${busy}`);
    expect(found?.config.target).toBe('sagemaker');
    expect(found?.config.sagemaker?.instance).toMatch(/^ml\./);
    expect(found?.config.rollout).toEqual({ strategy: 'all-at-once' });
    expect(found?.origins.target).toMatch(/^auto: .+/);
  });

  it('is held to the rules of the target that it got', () => {
    expect(read('target: auto\nrollout: {strategy: blue-green}\n').problems).toMatchObject([
      { field: 'rollout.strategy', line: 2 },
    ]);
    const { problems } = read(
      `target: auto\nallowAlwaysOn: true\nrollout: {strategy: canary}\n${busy}`,
    );
    expect(problems).toMatchObject([{ field: 'rollout.strategy', line: 3 }]);
  });
});
