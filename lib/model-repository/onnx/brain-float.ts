import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  ValueInfoProtoSchema,
} from './generated/onnx_pb.ts';
import { decode } from './onnx-model.ts';
import { type Edit, field, rewrite } from './rewrite.ts';

/** TensorProto.DataType */
const float = 1;
const brainFloat = 16;

/** AttributeProto.AttributeType of a whole number. */
const intAttribute = 2;

/**
 * onnxruntime-node has no BF16 tensors and refuses to load a model with such inputs or outputs. Every
 * BF16 value is also a float, so the model's edges become float with a Cast behind each input and
 * before each output; inside, all stays BF16. The names at the edge do not change.
 */
export function castBrainFloats(
  model: Uint8Array,
  inputs: readonly string[],
  outputs: readonly string[],
): Uint8Array {
  const inner = new Map([...inputs, ...outputs].map((name) => [name, `${name}/bf16`]));
  const innerName = (name: string) => inner.get(name) ?? name;
  const { node, input, output } = GraphProtoSchema.field;
  const nodes = (casts: readonly Uint8Array[]) => casts.flatMap((cast) => field(node.number, cast));
  return rewrite(model, {
    [ModelProtoSchema.field.graph.number]: (graph) =>
      Buffer.concat([
        // Nodes stand in the order in which they run.
        ...nodes(inputs.map((name) => castNode(name, innerName(name), brainFloat))),
        rewrite(graph, {
          [node.number]: renamed(inner),
          [input.number]: asFloat(new Set(inputs)),
          [output.number]: asFloat(new Set(outputs)),
        }),
        ...nodes(outputs.map((name) => castNode(innerName(name), name, float))),
      ]),
  });
}

function castNode(from: string, to: string, elementType: number): Uint8Array {
  const attribute = create(AttributeProtoSchema, {
    name: 'to',
    i: BigInt(elementType),
    type: intAttribute,
  });
  const node = create(NodeProtoSchema, {
    name: `${from} to ${to}`,
    opType: 'Cast',
    input: [from],
    output: [to],
    attribute: [toBinary(AttributeProtoSchema, attribute)],
  });
  return toBinary(NodeProtoSchema, node);
}

/** Renames tensors in a node, and in the graphs inside it, which see the tensors around them. */
function renamed(names: ReadonlyMap<string, string>): Edit {
  const rename: Edit = (bytes) => {
    const name = names.get(Buffer.from(bytes).toString('utf8'));
    return name === undefined ? bytes : Buffer.from(name);
  };
  const { input, output, attribute } = NodeProtoSchema.field;
  const { g, graphs } = AttributeProtoSchema.field;
  const inGraph: Edit = (graph) => rewrite(graph, { [GraphProtoSchema.field.node.number]: inNode });
  const inNode: Edit = (node) =>
    rewrite(node, {
      [input.number]: rename,
      [output.number]: rename,
      [attribute.number]: (bytes) =>
        rewrite(bytes, { [g.number]: inGraph, [graphs.number]: inGraph }),
    });
  return inNode;
}

function asFloat(names: ReadonlySet<string>): Edit {
  return (bytes) => {
    const info = decode(ValueInfoProtoSchema, bytes);
    const type = info.type?.value;
    if (!names.has(info.name) || type?.case !== 'tensorType') return bytes;
    type.value.elemType = float;
    return toBinary(ValueInfoProtoSchema, info);
  };
}
