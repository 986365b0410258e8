import { describe, expect, it } from 'vitest';
import { measuredRequests } from '../../../cli/profile/request-rows.ts';
import type { ModelVersion } from '../../../lib/model-repository/model.ts';
import type { TensorSpec } from '../../../serving/contract/manifest.ts';
import { makeFolder } from '../../fixtures/model-folder.ts';

function version(inputs: readonly TensorSpec[], cases?: readonly unknown[][]): ModelVersion {
  const folder = makeFolder({
    'golden.json': JSON.stringify({
      tolerance: { absolute: 0, relative: 0 },
      cases: cases?.map((inputs, index) => ({
        name: `case ${index}`,
        request: { inputs },
        outputs: [{ name: 'y', datatype: 'FP32', shape: [0], data: [] }],
      })),
    }),
  });
  return {
    version: '1',
    folder,
    artifact: { path: '', bytes: 1, digest: '', externalFiles: [] },
    inputs,
    outputs: [],
    zipMaps: [],
    fixedInputs: [],
    operators: [],
    ...(cases && { goldenPath: `${folder}/golden.json` }),
  };
}

const spec = (name: string, shape: readonly number[], datatype = 'FP32') =>
  ({ name, shape, datatype }) as TensorSpec;
const tensor = (
  name: string,
  shape: readonly number[],
  data: readonly unknown[],
  datatype = 'FP32',
) => ({
  name,
  shape,
  datatype,
  data,
});

describe('What a model is asked while it is measured', () => {
  it('is the golden requests, row by row, and joined into batches of any size', () => {
    const { single, batch, origin } = measuredRequests(
      version(
        [spec('x', [-1, 2])],
        [[tensor('x', [2, 2], [1, 2, 3, 4])], [tensor('x', [1, 2], [5, 6])]],
      ),
    );
    expect(origin).toBe('the 2 cases of golden.json');
    expect([0, 1, 2, 3].map((index) => [...(single(index)[0]?.data ?? [])])).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
      [1, 2],
    ]);
    expect(batch?.(4)[0]).toEqual({
      name: 'x',
      datatype: 'FP32',
      shape: [4, 2],
      data: new Float32Array([1, 2, 3, 4, 5, 6, 1, 2]),
    });
  });

  it('joins texts as well', () => {
    const { batch } = measuredRequests(
      version([spec('t', [-1], 'BYTES')], [[tensor('t', [2], ['a', 'b'], 'BYTES')]]),
    );
    expect(batch?.(3)[0]).toMatchObject({ shape: [3], data: ['a', 'b', 'a'] });
  });

  it('joins only rows that are alike in their further dimensions', () => {
    const { batch } = measuredRequests(
      version(
        [spec('x', [-1, -1])],
        [[tensor('x', [1, 2], [1, 2])], [tensor('x', [1, 3], [1, 2, 3])]],
      ),
    );
    expect(batch?.(2)[0]?.shape).toEqual([2, 2]);
  });

  it.each([
    ['has a fixed first dimension', [spec('x', [2])], [tensor('x', [2], [1, 2])]],
    [
      'takes inputs of different lengths',
      [spec('x', [-1]), spec('y', [-1])],
      [tensor('x', [2], [1, 2]), tensor('y', [1], [1])],
    ],
  ])('has no batches when the model %s', (_why, inputs, request) => {
    const { single, batch } = measuredRequests(version(inputs, [request]));
    expect(batch).toBeUndefined();
    expect(single(5)[0]?.shape).toEqual([2]);
  });

  it('is zeros without golden requests', () => {
    const { single, origin } = measuredRequests(
      version([
        spec('x', [-1, 2]),
        spec('t', [-1], 'BYTES'),
        { ...spec('o', [1]), optional: true },
      ]),
    );
    expect(origin).toContain('zeros');
    expect(single(0)).toEqual([
      { name: 'x', datatype: 'FP32', shape: [1, 2], data: new Float32Array(2) },
      { name: 't', datatype: 'BYTES', shape: [1], data: ['text'] },
    ]);
  });
});
