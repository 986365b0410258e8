import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datatypes } from '../../../serving/contract/datatype.ts';
import { createOnnxEngine } from '../../../serving/engine/onnx-engine.ts';
import { smallestInputs } from '../../../serving/engine/smallest-inputs.ts';
import type { Tensor } from '../../../serving/protocol/tensor.ts';
import { type TestModel, writeModel } from '../../fixtures/predict-function.ts';
import {
  gatherModel,
  greatestIndexModel,
  identityModel,
  optionalScaleModel,
} from '../../fixtures/test-models.ts';

describe.each(['binding', 'public'] as const)('The engine on the %s interface', (api) => {
  const engine = createOnnxEngine({ threads: 1, api });
  const load = (model: TestModel) =>
    engine.load(join(writeModel('m', { '1': model }).root, '1.onnx'), model);
  const run = async (model: TestModel, inputs: readonly Tensor[]) => {
    const session = await load(model);
    const names = model.outputs.map(({ name }) => name);
    return session.run(inputs, names);
  };

  it.each(datatypes)('carries %s through a model unchanged', async (datatype) => {
    const model = identityModel(datatype, [-1, 2]);
    const [input] = smallestInputs(model.inputs) as [Tensor];
    const { name, ...rest } = input;
    expect(await run(model, [input])).toEqual([{ name: 'y', ...rest }]);
    const empty = { ...input, shape: [0, 2], data: input.data.slice(0, 0) } as Tensor;
    expect(await run(model, [empty])).toMatchObject([{ shape: [0, 2], data: { length: 0 } }]);
  });

  it('calls a failure inside the model a model error, without a stack', async () => {
    const data = new BigInt64Array([9n]);
    const index = { name: 'index', datatype: 'INT64', shape: [1], data } as const;
    await expect(run(gatherModel, [index])).rejects.toMatchObject({
      code: 'model_error',
      message: expect.stringMatching(/^the model failed: [^\n]*idx=9[^\n]*$/),
    });
  });

  it('blames an input without elements for a failure over it', async () => {
    const input = (...values: number[]) =>
      ({
        name: 'x',
        datatype: 'FP32',
        shape: [values.length],
        data: new Float32Array(values),
      }) as const;
    await expect(run(greatestIndexModel, [input()])).rejects.toMatchObject({
      code: 'signature_mismatch',
      message: expect.stringContaining('"x" [0] holds no elements'),
    });
    expect(await run(greatestIndexModel, [input(1, 3, 2)])).toMatchObject([
      { data: BigInt64Array.of(1n) },
    ]);
  });

  it('refuses an input that the runtime would ignore', async () => {
    const one = (name: string) =>
      ({ name, datatype: 'FP32', shape: [1], data: new Float32Array([3]) }) as const;
    await expect(run(optionalScaleModel, [one('x'), one('scale')])).rejects.toMatchObject({
      code: 'signature_mismatch',
    });
    expect(await run(optionalScaleModel, [one('x')])).toMatchObject([
      { data: new Float32Array([6]) },
    ]);
  });

  it('refuses texts that onnxruntime would change', async () => {
    for (const element of ['a\0b', Buffer.from([0xff])]) {
      const text = { name: 'x', datatype: 'BYTES', shape: [1], data: [element] } as const;
      await expect(run(identityModel('BYTES'), [text])).rejects.toMatchObject({
        code: 'bytes_not_text',
      });
    }
  });

  it.each(datatypes.filter((datatype) => datatype !== 'BF16'))(
    'tells the signature of a %s model from its file, and serves it by that',
    async (datatype) => {
      const model = identityModel(datatype, [-1, 2]);
      const file = join(writeModel('m', { '1': model }).root, '1.onnx');
      const session = await engine.load(file, undefined);
      expect(session.signature).toEqual({ inputs: model.inputs, outputs: model.outputs });
      const [input] = smallestInputs(model.inputs) as [Tensor];
      expect(await session.run([input], ['y'])).toMatchObject([{ name: 'y', datatype }]);
    },
  );

  it('says that a damaged file is not ready, without its path', async () => {
    const { root } = writeModel('m', { '1': gatherModel });
    writeFileSync(join(root, '1.onnx'), gatherModel.onnx.subarray(0, 40));
    const loading = async () => engine.load(join(root, '1.onnx'), gatherModel);
    await expect(loading()).rejects.toMatchObject({
      code: 'model_not_ready',
      message: expect.not.stringContaining(root),
    });
  });
});
