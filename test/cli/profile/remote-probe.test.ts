import { describe, expect, it, onTestFinished } from 'vitest';
import { CommandError } from '../../../cli/command-error.ts';
import { startProbe } from '../../../cli/profile/remote-probe.ts';
import type { ModelVersion } from '../../../lib/model-repository/model.ts';
import { readModelRepository } from '../../../lib/model-repository/read-model-repository.ts';
import { makeFolder } from '../../fixtures/model-folder.ts';
import { addConstant } from '../../fixtures/onnx-models.ts';

function probe() {
  const folder = makeFolder({ 'm/1/model.onnx': addConstant(1) });
  const version = readModelRepository(folder).models[0]?.versions[0] as ModelVersion;
  const started = startProbe({ file: version.artifact.path, version, seconds: 0.001 });
  onTestFinished(() => started.stop());
  return started;
}

describe('A probe in a process of its own', () => {
  it('answers like one in this process', async () => {
    const started = probe();
    expect(await started.requests()).toMatchObject({ takesBatches: true });
    expect((await started.latency(1)).p50Ms).toBeGreaterThan(0);
  }, 30_000);

  it('whose process ends fails what was asked and what will be', async () => {
    const started = probe();
    await started.requests();
    const asked = started.latency(1);
    started.stop();
    await expect(asked).rejects.toThrow(/ended \(SIGKILL\).*too little memory/);
    await expect(started.load()).rejects.toBeInstanceOf(CommandError);
  }, 30_000);
});
