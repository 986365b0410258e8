import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { endpointArchives } from '../../build/endpoint-archives.ts';
import { prepareModel } from '../../build/prepare-model.ts';
import { readModel } from '../../lib/model-repository/read-model.ts';
import { type Files, makeFolder } from '../fixtures/model-folder.ts';
import { identity } from '../fixtures/onnx-models.ts';

const onnx = identity('FP32', [-1, 4]);

async function archivesOf(yaml: string, files: Files = {}) {
  const all = { 'm/1/model.onnx': onnx, 'm/2/model.onnx': onnx, 'm/model.yaml': yaml, ...files };
  const { model, problems } = readModel('m', `${makeFolder(all)}/m`);
  if (!model) throw new Error(JSON.stringify(problems));
  const outDir = makeFolder();
  const served = model.versions.map((version) => prepareModel(version, outDir));
  return endpointArchives(model, served, outDir);
}

const listOf = (path: string) => execFileSync('tar', ['tzf', path], { encoding: 'utf8' });
const configOf = (path: string) =>
  execFileSync('tar', ['xzOf', path, 'm/config.pbtxt'], { encoding: 'utf8' });

const endpoint = 'target: sagemaker\nsagemaker:\n  instance: ml.m5.large\n';

describe('The archives of a model with an endpoint', () => {
  it('hold the live version alone, with a configuration for its instance', async () => {
    const { live, shadow } = await archivesOf(endpoint);
    expect(listOf(live.path)).toBe('m/config.pbtxt\nm/2/model.onnx\n');
    expect(configOf(live.path)).toContain('kind: KIND_CPU');
    expect(configOf(live.path)).toContain('max_batch_size: 16');
    expect(shadow).toBeUndefined();
  });

  it('follow what model.yaml says of batches', async () => {
    const { live } = await archivesOf(`${endpoint}  maxBatch: 8\n  queueDelayMicros: 2000\n`);
    expect(configOf(live.path)).toContain('max_batch_size: 8');
    expect(configOf(live.path)).toContain('max_queue_delay_microseconds: 2000');
  });

  it('have one more for the shadow', async () => {
    const yaml = `${endpoint}  shadowVersion: 1\nrollout: {strategy: shadow}\n`;
    const { shadow } = await archivesOf(yaml);
    expect(listOf(shadow?.path ?? '')).toContain('m/1/model.onnx');
  });

  it("take the user's own configuration as it is", async () => {
    const own = `# mine
backend: "onnxruntime"
input { name: "x" data_type: TYPE_FP32 dims: [-1, 4] }
output { name: "y" data_type: TYPE_FP32 dims: [-1, 4] }
`;
    const { live } = await archivesOf(endpoint, { 'm/2/config.pbtxt': own });
    expect(configOf(live.path)).toBe(own);
  });
});
