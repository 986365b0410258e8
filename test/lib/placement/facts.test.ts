import { describe, expect, it } from 'vitest';
import type { ModelVersion } from '../../../lib/model-repository/model.ts';
import { placementFacts } from '../../../lib/placement/facts.ts';
import { exampleProfile } from './example-facts.ts';

function version(name: string, bytes: number, more: Partial<ModelVersion> = {}): ModelVersion {
  return {
    version: name,
    folder: `m/${name}`,
    artifact: { path: `m/${name}/model.onnx`, bytes, digest: '', externalFiles: [] },
    inputs: [],
    outputs: [],
    zipMaps: [],
    fixedInputs: [],
    operators: ['ai.onnx:Add'],
    ...more,
  };
}

const config = { memory: 1024, timeout: 28 };

describe('The facts of a placement', () => {
  it('are the size of the largest version and the profile of the live one', () => {
    const profile = exampleProfile(1);
    const versions = [version('1', 900), version('2', 100, { profile })];
    expect(placementFacts({ live: '2', versions, config })).toMatchObject({
      artifact: { bytes: 900, files: 1 },
      memoryMiB: 1024,
      profile,
      allowAlwaysOn: false,
      scalesToZero: false,
    });
    expect(placementFacts({ live: '1', versions, config })).not.toHaveProperty('profile');
  });

  it('hold the operators of all versions, each once', () => {
    const versions = [version('1', 1), version('2', 1, { operators: ['ai.onnx:Add', 'x:Y'] })];
    const { operators } = placementFacts({ live: '1', versions, config });
    expect(operators).toEqual(['ai.onnx:Add', 'x:Y']);
  });

  it('know whether the endpoint would rest', () => {
    const rests = (sagemaker: object) =>
      placementFacts({ live: '1', versions: [version('1', 1)], config: { ...config, sagemaker } })
        .scalesToZero;
    expect(rests({ scaleToZero: true })).toBe(true);
    expect(rests({ async: true, minInstances: 0 })).toBe(true);
    expect(rests({ async: true, minInstances: 1 })).toBe(false);
    expect(rests({ minInstances: 0 })).toBe(false);
  });
});
