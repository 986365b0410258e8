import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contradictions } from '../../../build/triton/contradictions.ts';
import { modelConfigText } from '../../../build/triton/model-config.ts';
import { datatypes } from '../../../serving/contract/datatype.ts';
import type { TensorSpec } from '../../../serving/contract/manifest.ts';
import { DataType, InstanceKind, readModelConfig } from '../../../serving/triton/model-config.ts';

const images = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3, -1, -1] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 1, -1, -1] }],
} as const;

const write = (settings: Partial<Parameters<typeof modelConfigText>[2]> = {}, hasGpu = true) =>
  modelConfigText('detect', images, { queueDelayMicros: 500, ...settings }, hasGpu);

describe('A written config.pbtxt', () => {
  it('is protobuf text that a person can read', () => {
    expect(write({ preferredBatches: [4, 8] })).toBe(
      [
        'name: "detect"',
        'backend: "onnxruntime"',
        'max_batch_size: 16',
        'input: {',
        '  name: "x"',
        '  data_type: TYPE_FP32',
        '  dims: 3',
        '  dims: -1',
        '  dims: -1',
        '}',
        'output: {',
        '  name: "y"',
        '  data_type: TYPE_FP32',
        '  dims: 1',
        '  dims: -1',
        '  dims: -1',
        '}',
        'dynamic_batching: {',
        '  preferred_batch_size: 4',
        '  preferred_batch_size: 8',
        '  max_queue_delay_microseconds: 500',
        '}',
        'instance_group: {',
        '  kind: KIND_GPU',
        '  count: 1',
        '}',
        'default_model_filename: "model.onnx"',
        '',
      ].join('\n'),
    );
  });

  it('runs on the CPU where there is no GPU, and in as many copies as model.yaml says', () => {
    expect(readModelConfig(write({}, false)).instanceGroup).toMatchObject([
      { kind: InstanceKind.CPU, count: 1 },
    ]);
    const groups = [{ kind: 'gpu', count: 3 } as const];
    expect(readModelConfig(write({ instanceGroups: groups })).instanceGroup).toMatchObject([
      { kind: InstanceKind.GPU, count: 3 },
    ]);
  });

  it('joins no requests when told so, and then gives whole shapes', () => {
    const config = readModelConfig(write({ maxBatch: 0 }));
    expect(config.maxBatchSize).toBe(0);
    expect(config.schedulingChoice.case).toBeUndefined();
    expect(config.input[0]?.dims).toEqual([-1n, 3n, -1n, -1n]);
  });

  it.each([
    ['a fixed first dimension', [1, 4]],
    ['no dimension behind the first, since Triton takes no empty dims', [-1]],
  ])('joins no requests of a model with %s', (_case, shape) => {
    const tensor = (name: string) => ({ name, datatype: 'INT64', shape }) as const;
    const signature = { inputs: [tensor('x')], outputs: [tensor('y')] };
    const config = readModelConfig(modelConfigText('m', signature, { queueDelayMicros: 0 }, false));
    expect(config.maxBatchSize).toBe(0);
    expect(config.input[0]).toMatchObject({
      dataType: DataType.TYPE_INT64,
      dims: shape.map(BigInt),
    });
  });

  it('is what Triton reads, without contradictions, for any signature', () => {
    const spec = fc.record({
      name: fc.string({ minLength: 1 }),
      datatype: fc.constantFrom(...datatypes),
      shape: fc.array(fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: 4096 })), {
        minLength: 1,
        maxLength: 5,
      }),
    });
    const specs: fc.Arbitrary<TensorSpec[]> = fc.uniqueArray(spec, {
      selector: ({ name }) => name,
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(specs, specs, fc.boolean(), (inputs, outputs, hasGpu) => {
        const signature = { inputs, outputs };
        const text = modelConfigText('m', signature, { queueDelayMicros: 100 }, hasGpu);
        const judged = { name: 'm', version: '1', signature, hasGpu };
        expect(contradictions(readModelConfig(text), judged)).toEqual([]);
      }),
    );
  });
});
