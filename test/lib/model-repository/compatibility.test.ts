import { describe, expect, it } from 'vitest';
import { compatibilityProblems } from '../../../lib/model-repository/compatibility.ts';
import type { ModelVersion } from '../../../lib/model-repository/model.ts';
import type { TensorSpec } from '../../../serving/contract/manifest.ts';

function version(
  name: string,
  inputs: readonly TensorSpec[],
  outputs: readonly TensorSpec[] = [],
): ModelVersion {
  const path = `m/${name}/model.onnx`;
  return {
    version: name,
    folder: `m/${name}`,
    artifact: { path, bytes: 1, digest: '', externalFiles: [] },
    inputs,
    outputs,
    zipMaps: [],
    fixedInputs: [],
    operators: [],
  };
}

const tensor = (name: string, shape: readonly number[], datatype = 'FP32') =>
  ({ name, shape, datatype }) as TensorSpec;

const inputs = (before: readonly TensorSpec[], after: readonly TensorSpec[]) =>
  compatibilityProblems([version('1', before), version('2', after)]).map(({ field }) => field);

const outputs = (before: readonly TensorSpec[], after: readonly TensorSpec[]) =>
  compatibilityProblems([version('1', [], before), version('2', [], after)]).map(
    ({ field }) => field,
  );

describe('A newer version', () => {
  const image = tensor('image', [-1, 28]);

  it('may have the same signature, or take more', () => {
    expect(inputs([image], [image])).toEqual([]);
    expect(inputs([tensor('image', [1, 28])], [image])).toEqual([]);
    expect(inputs([image], [image, { ...tensor('scale', [1]), optional: true }])).toEqual([]);
  });

  it.each<[string, readonly TensorSpec[], readonly string[]]>([
    ['renames an input', [tensor('picture', [-1, 28])], ['input image', 'input picture']],
    ['takes another datatype', [tensor('image', [-1, 28], 'UINT8')], ['input image']],
    ['fixes a free dimension', [tensor('image', [1, 28])], ['input image']],
    ['has another rank', [tensor('image', [-1, 28, 28])], ['input image']],
    ['wants one input more', [image, tensor('mask', [-1])], ['input mask']],
  ])('breaks callers when it %s', (_title, after, fields) => {
    expect(inputs([image], after)).toEqual(fields);
  });

  it('may give more outputs, and none less or of another type', () => {
    const label = tensor('label', [-1], 'INT64');
    expect(outputs([label], [label, image])).toEqual([]);
    expect(outputs([label], [image])).toEqual(['output label']);
    expect(outputs([label], [tensor('label', [-1], 'BYTES')])).toEqual(['output label']);
    expect(outputs([tensor('p', [-1, 2])], [tensor('p', [-1, 3])])).toEqual(['output p']);
    expect(outputs([tensor('p', [-1, 2])], [tensor('p', [-1, -1])])).toEqual([]);
  });

  it('is compared with its neighbour, not with the oldest', () => {
    const [a, b] = [tensor('a', [1]), tensor('b', [1])];
    const problems = compatibilityProblems([
      version('1', [a]),
      version('2', [b]),
      version('3', [b]),
    ]);
    expect(new Set(problems.map(({ file }) => file))).toEqual(new Set(['m/2/model.onnx']));
  });
});
