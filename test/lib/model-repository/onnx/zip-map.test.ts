import { create, toBinary } from '@bufbuild/protobuf';
import { InferenceSession } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { ModelProtoSchema } from '../../../../lib/model-repository/onnx/generated/onnx_pb.ts';
import { decodeOnnx } from '../../../../lib/model-repository/onnx/onnx-model.ts';
import { cutZipMaps } from '../../../../lib/model-repository/onnx/zip-map.ts';

it('adds the default operator set to a model that had none, as XGBoost exports may', async () => {
  const float = 1;
  const dim = [{}, { value: { case: 'dimValue' as const, value: 2n } }];
  const tensor = {
    value: { case: 'tensorType' as const, value: { elemType: float, shape: { dim } } },
  };
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: 'ai.onnx.ml', version: 1n }],
    graph: {
      input: [{ name: 'x', type: tensor }],
      node: [{ domain: 'ai.onnx.ml', opType: 'ZipMap', input: ['x'], output: ['y'] }],
      output: [{ name: 'y', type: { value: { case: 'sequenceType', value: {} } } }],
    },
  });
  const cut = cutZipMaps(toBinary(ModelProtoSchema, model), [{ output: 'y', labels: ['0', '1'] }]);
  expect(decodeOnnx(cut).opsetImport.map(({ domain }) => domain)).toEqual(['ai.onnx.ml', '']);
  const session = await InferenceSession.create(cut);
  expect(session.outputNames).toEqual(['y']);
  await session.release();
});
