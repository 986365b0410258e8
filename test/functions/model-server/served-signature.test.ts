import { describe, expect, it } from 'vitest';
import {
  configuredSignature,
  servedSignature,
} from '../../../functions/model-server/served-signature.ts';
import type { Signature } from '../../../serving/protocol/signature-match.ts';
import { readModelConfig } from '../../../serving/triton/model-config.ts';

const file: Signature = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 4] }],
  outputs: [{ name: 'y', datatype: 'INT64', shape: [-1, 2] }],
};
const served = (text: string, from = file) => servedSignature(readModelConfig(text), from);

describe('The signature that callers see', () => {
  it("is the model's own where the configuration lists nothing", () => {
    expect(served('max_batch_size: 4')).toEqual(file);
  });

  it("has the batch dimension in front of the configuration's", () => {
    const text = `max_batch_size: 4
      input { name: "x" data_type: TYPE_FP32 dims: 4 }
      output { name: "y" data_type: TYPE_INT64 dims: 2 }`;
    expect(served(text)).toEqual(file);
    const whole = text.replace('max_batch_size: 4', '').replace('dims: 4', 'dims: [8, 4]');
    expect(served(whole.replace('dims: 2', 'dims: [-1, 2]')).inputs[0]?.shape).toEqual([8, 4]);
  });

  it('takes the dimensions of whichever side knows them', () => {
    const open = { ...file, inputs: [{ ...file.inputs[0], shape: [-1, -1] } as never] };
    const text = 'max_batch_size: 4 input { name: "x" data_type: TYPE_FP32 dims: 4 }';
    expect(served(text, open).inputs[0]?.shape).toEqual([-1, 4]);
    expect(served(text.replace('dims: 4', 'dims: -1')).inputs[0]?.shape).toEqual([-1, 4]);
  });

  it('takes BF16 of the configuration for the float32 that carries it in the file', () => {
    const text = 'input { name: "x" data_type: TYPE_BF16 dims: [-1, 4] }';
    expect(served(text).inputs[0]?.datatype).toBe('BF16');
    const output = 'output { name: "y" data_type: TYPE_BF16 dims: -1 }';
    expect(configuredSignature(readModelConfig(output))?.outputs[0]?.datatype).toBe('BF16');
    expect(configuredSignature(readModelConfig(''))).toBeUndefined();
  });

  it('takes the rank of an output from the configuration where the file tells none', () => {
    const open = { ...file, outputs: [{ ...file.outputs[0], shape: [] } as never] };
    const text = 'max_batch_size: 4 output { name: "y" data_type: TYPE_INT64 dims: [3, -1] }';
    expect(served(text, open).outputs[0]?.shape).toEqual([-1, 3, -1]);
  });

  it.each([
    ['input { name: "x" data_type: TYPE_FP64 dims: [-1, 4] }', 'data_type FP64, but the model'],
    ['input { name: "z" data_type: TYPE_FP32 dims: 4 }', 'input "z" is none of the model'],
    ['input { name: "x" data_type: TYPE_FP32 dims: [-1, 5] }', "[-1,5], but the model's is [-1,4]"],
    ['input { name: "x" dims: 4 }', 'input "x" has no data_type'],
    ['max_batch_size: 2 input { name: "x" data_type: TYPE_FP32 dims: [-1, 4] }', 'puts the batch'],
    ['output { name: "x" data_type: TYPE_FP32 dims: 4 }', 'output "x" is none of the model'],
  ])('is refused for %s', (text, problem) => {
    expect(() => served(text)).toThrow(problem);
  });

  it('is refused for batching without a free first dimension', () => {
    const fixed = { ...file, inputs: [{ name: 'x', datatype: 'FP32', shape: [8, 4] } as const] };
    expect(() => served('max_batch_size: 2', fixed)).toThrow('set max_batch_size to 0');
    const text = 'max_batch_size: 2 input { name: "x" data_type: TYPE_FP32 dims: 4 }';
    expect(() => served(text, fixed)).toThrow('set max_batch_size to 0');
  });

  it('is refused with every contradiction named at once', () => {
    const text =
      'input { name: "z" data_type: TYPE_FP32 } output { name: "y" data_type: TYPE_FP32 dims: [-1, 2] }';
    expect(() => served(text)).toThrow(/"z".*"y".*lists no input "x"/);
  });
});
