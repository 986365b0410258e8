import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Datatype } from '../../serving/contract/datatype.ts';

/**
 * Writes ONNX models straight in protobuf's wire format. It shares no code with the readers in lib,
 * which name only what they read: a misunderstanding cannot hide in both.
 */
export interface OnnxModel {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers?: readonly OnnxTensor[];
  /** Version of the default operator set; 17 unless given. */
  readonly opset?: number;
  /** Further operator sets, such as { 'ai.onnx.ml': 3 }. */
  readonly domains?: Readonly<Record<string, number>>;
  readonly irVersion?: number;
}

export interface OnnxValue {
  readonly name: string;
  readonly datatype: Datatype;
  /** -1 is an unnamed free dimension, a string a named one; absent means that the rank is unknown. */
  readonly shape?: readonly (number | string)[];
  /** Makes it a list of maps from this type to float, as ZipMap gives, in place of a tensor. */
  readonly mapFrom?: 'INT64' | 'BYTES';
}

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export type OnnxAttribute =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly string: string }
  | { readonly floats: readonly number[] }
  | { readonly ints: readonly number[] }
  | { readonly strings: readonly string[] };

export interface OnnxTensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** Little-endian bytes of all elements; for BYTES the list of strings; or a file that holds them. */
  readonly data: ArrayBufferView | readonly string[] | { readonly file: string };
}

/** TensorProto.DataType of each datatype. */
export const onnxElementType: Readonly<Record<Datatype, number>> = {
  FP32: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  BYTES: 8,
  BOOL: 9,
  FP16: 10,
  FP64: 11,
  UINT32: 12,
  UINT64: 13,
  BF16: 16,
};

export function buildOnnx(model: OnnxModel): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(model.irVersion ?? 8);
  text(writer, 2, 'siskin');
  message(writer, 7, (graph) => writeGraph(graph, model));
  for (const [domain, version] of Object.entries({ '': model.opset ?? 17, ...model.domains })) {
    message(writer, 8, (opset) => {
      text(opset, 1, domain);
      opset.tag(2, WireType.Varint).int64(version);
    });
  }
  return writer.finish();
}

function writeGraph(graph: BinaryWriter, model: OnnxModel): void {
  for (const node of model.nodes) message(graph, 1, (inner) => writeNode(inner, node));
  text(graph, 2, 'graph');
  for (const tensor of model.initializers ?? []) {
    message(graph, 5, (inner) => writeTensor(inner, tensor));
  }
  for (const input of model.inputs) message(graph, 11, (inner) => writeValue(inner, input));
  for (const output of model.outputs) message(graph, 12, (inner) => writeValue(inner, output));
}

function writeNode(writer: BinaryWriter, node: OnnxNode): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, `${node.op}_${node.outputs[0] ?? ''}`);
  text(writer, 4, node.op);
  for (const [name, value] of Object.entries(node.attributes ?? {})) {
    message(writer, 5, (inner) => {
      text(inner, 1, name);
      writeAttribute(inner, value);
    });
  }
  if (node.domain !== undefined) text(writer, 7, node.domain);
}

function writeAttribute(writer: BinaryWriter, attribute: OnnxAttribute): void {
  const type = (value: number) => writer.tag(20, WireType.Varint).int32(value);
  if ('float' in attribute) {
    writer.tag(2, WireType.Bit32).float(attribute.float);
    type(1);
  } else if ('int' in attribute) {
    writer.tag(3, WireType.Varint).int64(attribute.int);
    type(2);
  } else if ('string' in attribute) {
    text(writer, 4, attribute.string);
    type(3);
  } else if ('floats' in attribute) {
    for (const value of attribute.floats) writer.tag(7, WireType.Bit32).float(value);
    type(6);
  } else if ('ints' in attribute) {
    for (const value of attribute.ints) writer.tag(8, WireType.Varint).int64(value);
    type(7);
  } else {
    for (const value of attribute.strings) text(writer, 9, value);
    type(8);
  }
}

function writeTensor(writer: BinaryWriter, tensor: OnnxTensor): void {
  for (const dimension of tensor.shape) writer.tag(1, WireType.Varint).int64(dimension);
  writer.tag(2, WireType.Varint).int32(onnxElementType[tensor.datatype]);
  text(writer, 8, tensor.name);
  if (ArrayBuffer.isView(tensor.data)) {
    const { buffer, byteOffset, byteLength } = tensor.data;
    writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(buffer, byteOffset, byteLength));
  } else if ('file' in tensor.data) {
    const { file } = tensor.data;
    message(writer, 13, (entry) => {
      text(entry, 1, 'location');
      text(entry, 2, file);
    });
    const external = 1;
    writer.tag(14, WireType.Varint).int32(external);
  } else {
    for (const value of tensor.data) text(writer, 6, value);
  }
}

function writeValue(writer: BinaryWriter, value: OnnxValue): void {
  text(writer, 1, value.name);
  const { mapFrom } = value;
  if (mapFrom !== undefined) {
    message(writer, 2, (type) => writeMapsType(type, onnxElementType[mapFrom]));
    return;
  }
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      tensor.tag(1, WireType.Varint).int32(onnxElementType[value.datatype]);
      const { shape } = value;
      if (shape !== undefined) message(tensor, 2, (inner) => writeShape(inner, shape));
    }),
  );
}

function writeMapsType(type: BinaryWriter, key: number): void {
  message(type, 4, (sequence) =>
    message(sequence, 1, (element) =>
      message(element, 5, (map) => {
        map.tag(1, WireType.Varint).int32(key);
        message(map, 2, (value) =>
          message(value, 1, (tensor) => tensor.tag(1, WireType.Varint).int32(onnxElementType.FP32)),
        );
      }),
    ),
  );
}

function writeShape(writer: BinaryWriter, shape: readonly (number | string)[]): void {
  for (const dimension of shape) {
    message(writer, 1, (inner) => {
      if (typeof dimension === 'string') text(inner, 2, dimension);
      else if (dimension >= 0) inner.tag(1, WireType.Varint).int64(dimension);
    });
  }
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function message(writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}
