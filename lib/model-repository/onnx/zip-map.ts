import { create, toBinary } from '@bufbuild/protobuf';
import type { ZipMap } from '../model.ts';
import {
  GraphProtoSchema,
  LabelsAttributeProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  ValueInfoProtoSchema,
} from './generated/onnx_pb.ts';
import { decode, decodeOnnx, type OnnxModel } from './onnx-model.ts';
import { rewrite } from './rewrite.ts';

/** The oldest version of ONNX's default operator set that onnxruntime promises to run. */
const oldestOpset = 7n;

/** The ZipMap that makes a graph's output, if one does. */
export function findZipMap(model: OnnxModel, output: string): ZipMap | undefined {
  const node = model.graph.node.find((node) => isZipMap(node) && node.output[0] === output);
  if (node === undefined) return undefined;
  const labels = node.attribute.flatMap((bytes) => {
    const { ints, strings } = decode(LabelsAttributeProtoSchema, bytes);
    return [...ints.map(String), ...strings.map((text) => Buffer.from(text).toString('utf8'))];
  });
  return { output, labels };
}

/** A ZipMap takes floats, one for each class. */
export const zipMapDimensions = ({ labels }: ZipMap): number[] => [-1, labels.length || -1];

/**
 * The same model with an Identity in place of each ZipMap, so that the tensor of scores comes out
 * under the ZipMap's name. All other bytes, weights above all, are taken over as they are.
 */
export function cutZipMaps(model: Uint8Array, zipMaps: readonly ZipMap[]): Uint8Array {
  const cuts = new Map(zipMaps.map((zipMap) => [zipMap.output, zipMap]));
  const { node, output } = GraphProtoSchema.field;
  const cut = rewrite(model, {
    [ModelProtoSchema.field.graph.number]: (graph) =>
      rewrite(graph, {
        [node.number]: (bytes) => withoutZipMap(bytes, cuts),
        [output.number]: (bytes) => asTensor(bytes, cuts),
      }),
  });
  const { opsetImport } = decodeOnnx(model);
  if (opsetImport.some(({ domain }) => domain === '' || domain === 'ai.onnx')) return cut;
  // Protobuf joins messages by joining their bytes: this adds the operator set that Identity is from.
  const addition = create(ModelProtoSchema, { opsetImport: [{ version: oldestOpset }] });
  return Buffer.concat([cut, toBinary(ModelProtoSchema, addition)]);
}

function isZipMap({ domain, opType }: NodeProto): boolean {
  return domain === 'ai.onnx.ml' && opType === 'ZipMap';
}

function withoutZipMap(bytes: Uint8Array, cuts: ReadonlyMap<string, ZipMap>): Uint8Array {
  const node = decode(NodeProtoSchema, bytes);
  if (!isZipMap(node) || !cuts.has(node.output[0] ?? '')) return bytes;
  const { input, output, name } = node;
  return toBinary(
    NodeProtoSchema,
    create(NodeProtoSchema, { input, output, name, opType: 'Identity' }),
  );
}

function asTensor(bytes: Uint8Array, cuts: ReadonlyMap<string, ZipMap>): Uint8Array {
  const { name } = decode(ValueInfoProtoSchema, bytes);
  const zipMap = cuts.get(name);
  if (zipMap === undefined) return bytes;
  const dim = zipMapDimensions(zipMap).map((size) =>
    size < 0 ? {} : { value: { case: 'dimValue' as const, value: BigInt(size) } },
  );
  const float = 1;
  const type = {
    value: { case: 'tensorType' as const, value: { elemType: float, shape: { dim } } },
  };
  return toBinary(ValueInfoProtoSchema, create(ValueInfoProtoSchema, { name, type }));
}
