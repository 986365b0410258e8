import { describe, expect, it } from 'vitest';
import { readModel } from '../../../lib/model-repository/read-model.ts';
import { type Files, makeFolder } from '../../fixtures/model-folder.ts';
import { addConstant, identity } from '../../fixtures/onnx-models.ts';

const yaml = (...lines: readonly string[]) =>
  ['target: sagemaker', 'sagemaker:', '  instance: ml.m5.large', ...lines].join('\n');

const problemsOf = (files: Files) =>
  readModel('m', `${makeFolder({ 'm/model.yaml': yaml(), ...files })}/m`).problems;

const model = identity('FP32', [-1, 4]);

const config = `
backend: "onnxruntime"
max_batch_size: 4
input { name: "x" data_type: TYPE_FP32 dims: 4 }
output { name: "y" data_type: TYPE_FP32 dims: 4 }
`;

describe('A model for an endpoint', () => {
  it('brings its own config.pbtxt, or has one written', () => {
    expect(problemsOf({ 'm/1/model.onnx': model })).toEqual([]);
    expect(problemsOf({ 'm/1/model.onnx': model, 'm/1/config.pbtxt': config })).toEqual([]);
  });

  it('is told what in its config.pbtxt contradicts the graph, with both values and the fix', () => {
    const wrong = config.replace('TYPE_FP32 dims: 4 }\noutput', 'TYPE_FP16 dims: 5 }\noutput');
    const problems = problemsOf({ 'm/1/model.onnx': model, 'm/1/config.pbtxt': wrong });
    expect(problems).toMatchObject([
      {
        file: expect.stringMatching(/m\/1\/config\.pbtxt$/),
        field: 'input "x" data_type',
        seen: 'TYPE_FP16',
        problem: 'is TYPE_FP32 in model.onnx',
        fix: 'Write data_type: TYPE_FP32',
      },
      { field: 'input "x" dims', seen: '[5]', fix: 'Write dims: [4]' },
    ]);
  });

  it('is told the line of what Triton would not read', () => {
    const problems = problemsOf({
      'm/1/model.onnx': model,
      'm/1/config.pbtxt': 'name: "m"\nmax_batchsize: 4\n',
    });
    expect(problems).toMatchObject([
      { line: 2, problem: expect.stringContaining('max_batchsize') },
    ]);
  });

  it('is told which fields its own config.pbtxt makes meaningless', () => {
    const files = {
      'm/model.yaml': yaml('  maxBatch: 4'),
      'm/1/model.onnx': model,
      'm/1/config.pbtxt': config,
    };
    expect(problemsOf(files)).toMatchObject([{ field: 'sagemaker.maxBatch', line: 4 }]);
  });

  it('cannot be batched without a free first dimension and another behind it', () => {
    const files = { 'm/model.yaml': yaml('  maxBatch: 4'), 'm/1/model.onnx': addConstant(1) };
    expect(problemsOf(files)).toMatchObject([
      { field: 'sagemaker.maxBatch', line: 4, seen: '4 with x [-1], y [-1]' },
    ]);
  });

  it('has no scalars, which Triton does not take, and no BF16', () => {
    expect(problemsOf({ 'm/1/model.onnx': identity('FP32', []) })).toMatchObject([
      { field: 'input x', problem: expect.stringContaining('scalar') },
      { field: 'output y' },
    ]);
    expect(problemsOf({ 'm/1/model.onnx': identity('BF16', [-1, 2]) })).toMatchObject([
      { field: 'input x', seen: 'BF16' },
      { field: 'output y' },
    ]);
  });

  it('is judged by the versions that are served alone', () => {
    expect(problemsOf({ 'm/1/model.onnx': identity('FP32', []), 'm/2/model.onnx': model })).toEqual(
      [],
    );
  });
});
