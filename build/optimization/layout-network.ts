import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../../lib/model-repository/onnx/generated/onnx_pb.ts';
import { field } from '../../lib/model-repository/onnx/rewrite.ts';
import { checkTensor } from './check-cases.ts';

/**
 * As many as the widest block, so that on a processor with narrower ones the weights are read in
 * another order, but not beyond their end.
 */
const channels = 16;

/** TensorProto.DataType */
const float = 1;

/** All weights differ, and so do the answers when any two of them change places. */
const weights = Float32Array.from({ length: channels * channels }, (_, index) => index);

/** A network of one convolution, whose answer tells how the runtime lays out images. */
export function layoutNetwork(): Uint8Array {
  const graph = create(GraphProtoSchema, {
    node: [{ opType: 'Conv', input: ['pixel', 'weights'], output: ['answer'] }],
    input: [edge('pixel')],
    output: [edge('answer')],
  });
  const model = create(ModelProtoSchema, { irVersion: 8n, opsetImport: [{ version: 17n }] });
  return Buffer.concat([
    toBinary(ModelProtoSchema, model),
    ...field(
      ModelProtoSchema.field.graph.number,
      Buffer.concat([
        toBinary(GraphProtoSchema, graph),
        ...field(GraphProtoSchema.field.initializer.number, weightsTensor()),
      ]),
    ),
  ]);
}

/** Its one request: every channel has another value. */
export const layoutInput = checkTensor(
  { name: 'pixel', datatype: 'FP32' },
  [1, channels, 1, 1],
  Float32Array.from({ length: channels }, (_, index) => index + 1),
);

export const layoutOutput = { name: 'answer', datatype: 'FP32' } as const;

function edge(name: string): ValueInfoProto {
  const dim = [1, channels, 1, 1].map((size) => ({
    value: { case: 'dimValue', value: BigInt(size) } as const,
  }));
  const value = { elemType: float, shape: { dim } };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value } } });
}

/** A TensorProto by hand: the schema leaves out what weights are made of, since nothing here reads them. */
function weightsTensor(): Uint8Array {
  const writer = new BinaryWriter();
  for (const size of [channels, channels, 1, 1]) writer.tag(1, WireType.Varint).int64(size);
  writer.tag(2, WireType.Varint).int32(float);
  writer.tag(8, WireType.LengthDelimited).string('weights');
  writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(weights.buffer));
  return writer.finish();
}
