import { describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import { profileVersion } from '../../cli/profile.ts';
import { profileSchema } from '../../lib/model-repository/profile-file.ts';
import { readModelRepository } from '../../lib/model-repository/read-model-repository.ts';
import { makeFolder } from '../fixtures/model-folder.ts';
import { addConstant } from '../fixtures/onnx-models.ts';

const quiet = { step: async <T>(_title: string, run: () => T | Promise<T>) => run() };
const day = new Date('2026-11-22T10:00:00Z');

function version(golden?: object) {
  const folder = makeFolder({
    'm/1/model.onnx': addConstant(1),
    ...(golden && { 'm/1/golden.json': JSON.stringify(golden) }),
  });
  const found = readModelRepository(folder).models[0]?.versions[0];
  if (!found) throw new Error('The test has no version.');
  return found;
}

describe('siskin profile', () => {
  it('measures with the real engine in a process of its own', async () => {
    const measuredVersion = version();
    const profile = await profileVersion(measuredVersion, 0.001, quiet, day);
    expect(profileSchema.parse(profile)).toEqual(profile);
    expect(profile).toMatchObject({
      artifact: measuredVersion.artifact.digest,
      measured: '2026-11-22',
      node: process.versions.node,
      onnxruntime: expect.stringMatching(/^\d+\.\d+/),
      request: 'zeros in the shape of the signature',
    });
    expect(profile.peakMemoryMiB).toBeGreaterThan(10);
  }, 30_000);

  it('says why a model cannot be measured', async () => {
    const request = { inputs: [{ name: 'nope', datatype: 'FP32', shape: [1], data: [1] }] };
    const outputs = [{ name: 'y', datatype: 'FP32', shape: [1], data: [2] }];
    const golden = {
      tolerance: { absolute: 0, relative: 0 },
      cases: [{ name: 'wrong', request, outputs }],
    };
    await expect(profileVersion(version(golden), 0.001, quiet, day)).rejects.toThrow(
      /^The model cannot be measured: .*"nope"/,
    );
  }, 30_000);

  it('takes --version as the version of the model', async () => {
    const folder = makeFolder({ 'm/1/model.onnx': addConstant(1) });
    const before = process.exitCode;
    const errors: string[] = [];
    const write = process.stderr.write;
    process.stderr.write = (text) => errors.push(String(text)) > 0;
    try {
      await main(['node', 'siskin', 'profile', 'm', '--models', folder, '--version', '7']);
      expect(errors.join('')).toContain('Model m has no version 7. There are: 1.');
      expect(process.exitCode).toBe(2);
    } finally {
      process.stderr.write = write;
      process.exitCode = before;
    }
  });
});
