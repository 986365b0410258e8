import { describe, expect, it } from 'vitest';
import { contradictions } from '../../../build/triton/contradictions.ts';
import { readModelConfig } from '../../../serving/triton/model-config.ts';

const judged = {
  name: 'detect',
  version: '2',
  hasGpu: false,
  signature: {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3, 640] }],
    outputs: [{ name: 'y', datatype: 'INT64', shape: [-1, 10] }],
  },
} as const;

const right = `
backend: "onnxruntime"
max_batch_size: 8
input { name: "x" data_type: TYPE_FP32 dims: [3, 640] }
output { name: "y" data_type: TYPE_INT64 dims: [10] }
`;

const found = (text: string) => contradictions(readModelConfig(text), judged);

describe("A user's config.pbtxt beside the ONNX signature", () => {
  it('is right when it says the same, or narrows what is free', () => {
    expect(found(right)).toEqual([]);
    expect(
      found(
        right.replace('max_batch_size: 8', 'max_batch_size: 0').replaceAll('dims: [', 'dims: [4, '),
      ),
    ).toEqual([]);
  });

  it.each<[string, string, RegExp, string, RegExp]>([
    ['another name', `${right}name: "other"`, /^name$/, 'other', /detect/],
    ['another backend', right.replace('onnxruntime', 'pytorch'), /^backend$/, 'pytorch', /ONNX/],
    [
      'another platform',
      `${right}platform: "tensorrt_plan"`,
      /^platform$/,
      'tensorrt_plan',
      /ONNX/,
    ],
    ['no backend', right.replace('backend: "onnxruntime"', ''), /^backend$/, 'nothing', /named/],
    [
      'another file',
      `${right}default_model_filename: "m.plan"`,
      /filename/,
      'm.plan',
      /model.onnx/,
    ],
    [
      'another version',
      `${right}version_policy { specific { versions: 1 } }`,
      /version_policy/,
      '1',
      /version 2/,
    ],
    [
      'a GPU that is not there',
      `${right}instance_group { kind: KIND_GPU }`,
      /instance_group/,
      'KIND_GPU',
      /none/,
    ],
    [
      'a batch above the largest',
      `${right}dynamic_batching { preferred_batch_size: [4, 16] }`,
      /preferred/,
      '16',
      /8/,
    ],
    [
      'an unknown input',
      `${right}input { name: "z" data_type: TYPE_FP32 dims: 1 }`,
      /input "z"/,
      'z',
      /which has x/,
    ],
    ['a missing output', right.replace(/output .*/, ''), /^output$/, 'none', /leaves out "y"/],
    [
      'another datatype',
      right.replace('TYPE_INT64', 'TYPE_INT32'),
      /output "y" data_type/,
      'TYPE_INT32',
      /TYPE_INT64/,
    ],
    ['another size', right.replace('640', '320'), /input "x" dims/, '[3, 320]', /\[3, 640\]/],
    [
      'a free size that is fixed',
      right.replace('640', '-1'),
      /input "x" dims/,
      '[3, -1]',
      /\[3, 640\]/,
    ],
    ['another rank', right.replace('3, 640', '3'), /input "x" dims/, '[3]', /behind the batch/],
    [
      'a reshape',
      right.replace('dims: [10]', 'dims: [5, 2] reshape { shape: [10] }'),
      /reshape/,
      '[10]',
      /other shapes/,
    ],
  ])('names field, both values and the fix of %s', (_case, text, field, seen, problem) => {
    const [first] = found(text);
    expect(first).toMatchObject({
      field: expect.stringMatching(field),
      seen,
      problem: expect.stringMatching(problem),
    });
    expect(first?.fix).not.toBe('');
  });

  it('cannot batch along a dimension that is fixed', () => {
    const fixed = {
      ...judged,
      signature: { ...judged.signature, inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 3] }] },
    } as const;
    expect(contradictions(readModelConfig(right), fixed)).toMatchObject([
      { field: 'max_batch_size', seen: '8', problem: expect.stringContaining('[1, 3]') },
    ]);
  });

  it('tells everything at once', () => {
    const text = right.replace('TYPE_FP32', 'TYPE_FP16').replace('dims: [10]', 'dims: [11]');
    expect(found(text).map(({ field }) => field)).toEqual([
      'input "x" data_type',
      'output "y" dims',
    ]);
  });
});
