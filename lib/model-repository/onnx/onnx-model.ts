import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
} from './generated/onnx_pb.ts';

/** The bytes are not an ONNX model. The message completes the sentence "model.onnx ...". */
export class OnnxFormatError extends Error {
  override readonly name = 'OnnxFormatError';
}

/** A model whose graph is there. */
export interface OnnxModel extends ModelProto {
  readonly graph: GraphProto;
}

const gitLfsPointer = Buffer.from('version https://git-lfs.github.com/');

/** Decodes a model without copying its weights. Throws OnnxFormatError, whatever the bytes are. */
export function decodeOnnx(bytes: Uint8Array): OnnxModel {
  if (bytes.length === 0) throw new OnnxFormatError('is empty');
  if (Buffer.from(bytes.subarray(0, gitLfsPointer.length)).equals(gitLfsPointer)) {
    throw new OnnxFormatError(
      'is a pointer of Git LFS and not the model; "git lfs pull" fetches it',
    );
  }
  const model = decode(ModelProtoSchema, bytes);
  if (model.graph === undefined || model.irVersion === undefined) {
    throw new OnnxFormatError('holds no ONNX graph');
  }
  return model as OnnxModel;
}

/** Decodes one message and skips the fields that schemas/onnx.proto leaves out. */
export function decode<Desc extends DescMessage>(
  schema: Desc,
  bytes: Uint8Array,
): MessageShape<Desc> {
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false });
  } catch (cause) {
    // Too little data, a tag that is none, text that is no UTF-8, nesting without end: all the same here.
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new OnnxFormatError(`is cut off or not an ONNX file (${message})`, { cause });
  }
}

/** Everything inside a model that is not its outer graph's inputs and outputs. */
export interface Contents {
  readonly nodes: readonly NodeProto[];
  readonly tensors: readonly TensorProto[];
}

/** Nodes and tensors of the graph, of the graphs inside its nodes and of the model's own functions. */
export function contentsOf(model: OnnxModel): Contents {
  const nodes: NodeProto[] = [];
  const tensors: TensorProto[] = [];
  const graphs = [model.graph];
  const addNode = (node: NodeProto) => {
    nodes.push(node);
    for (const bytes of node.attribute) {
      const { t, g, tensors: list, graphs: inner } = decode(AttributeProtoSchema, bytes);
      if (t !== undefined) tensors.push(t);
      if (g !== undefined) graphs.push(g);
      for (const tensor of list) tensors.push(tensor);
      for (const graph of inner) graphs.push(graph);
    }
  };
  for (const { node } of model.functions) node.forEach(addNode);
  for (let graph = graphs.pop(); graph !== undefined; graph = graphs.pop()) {
    for (const tensor of graph.initializer) tensors.push(tensor);
    for (const { values, indices } of graph.sparseInitializer) {
      if (values !== undefined) tensors.push(values);
      if (indices !== undefined) tensors.push(indices);
    }
    graph.node.forEach(addNode);
  }
  return { nodes, tensors };
}
