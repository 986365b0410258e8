import type { Datatype } from '../../../serving/contract/datatype.ts';
import type { TensorSpec } from '../../../serving/contract/manifest.ts';
import type { ZipMap } from '../model.ts';
import type { TypeProto, TypeProto_Tensor, ValueInfoProto } from './generated/onnx_pb.ts';
import type { OnnxModel } from './onnx-model.ts';
import { findZipMap, zipMapDimensions } from './zip-map.ts';

/** What a model takes and gives, as Siskin serves it. */
export interface Signature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly zipMaps: readonly ZipMap[];
  /** Inputs with a value in the graph, which onnxruntime-node does not let a caller override. */
  readonly fixedInputs: readonly string[];
  readonly faults: readonly SignatureFault[];
}

/** Why an input or output cannot be served. */
export interface SignatureFault {
  readonly field: string;
  readonly seen: string;
  readonly problem: string;
  readonly fix: string;
}

/** TensorProto.DataType: ONNX's name, and the datatype where OIP has one. */
const elementTypes: readonly { readonly onnx: string; readonly datatype?: Datatype }[] = [
  { onnx: 'undefined' },
  { onnx: 'float', datatype: 'FP32' },
  { onnx: 'uint8', datatype: 'UINT8' },
  { onnx: 'int8', datatype: 'INT8' },
  { onnx: 'uint16', datatype: 'UINT16' },
  { onnx: 'int16', datatype: 'INT16' },
  { onnx: 'int32', datatype: 'INT32' },
  { onnx: 'int64', datatype: 'INT64' },
  { onnx: 'string', datatype: 'BYTES' },
  { onnx: 'bool', datatype: 'BOOL' },
  { onnx: 'float16', datatype: 'FP16' },
  { onnx: 'double', datatype: 'FP64' },
  { onnx: 'uint32', datatype: 'UINT32' },
  { onnx: 'uint64', datatype: 'UINT64' },
  { onnx: 'complex64' },
  { onnx: 'complex128' },
  { onnx: 'bfloat16', datatype: 'BF16' },
];

/** From this IR version on, an input with an initializer is a default value; before, a weight. */
const irOfDefaultValues = 4n;

export function readSignature(model: OnnxModel): Signature {
  const { graph } = model;
  const initialized = new Set([
    ...graph.initializer.map(({ name }) => name),
    ...graph.sparseInitializer.map(({ values }) => values?.name),
  ]);
  const open = graph.input.filter(({ name }) => !initialized.has(name));
  const fixed = graph.input.filter(({ name }) => initialized.has(name));
  const faults: SignatureFault[] = [];
  const zipMaps: ZipMap[] = [];
  const inputs = open.flatMap((value) => {
    const spec = tensorSpec(value, 'input');
    if ('problem' in spec) faults.push(spec);
    return 'problem' in spec ? [] : [spec];
  });
  const outputs = graph.output.flatMap((value) => {
    const zipMap = findZipMap(model, value.name);
    if (zipMap !== undefined) {
      zipMaps.push(zipMap);
      return [{ name: value.name, datatype: 'FP32' as const, shape: zipMapDimensions(zipMap) }];
    }
    const spec = tensorSpec(value, 'output');
    if ('problem' in spec) faults.push(spec);
    return 'problem' in spec ? [] : [spec];
  });
  if (graph.output.length === 0) {
    const fix = 'Export the model again and name its outputs';
    faults.push({ field: 'outputs', seen: 'none', problem: 'the graph has no output', fix });
  }
  const fixedInputs =
    (model.irVersion ?? 0n) >= irOfDefaultValues ? fixed.map(({ name }) => name) : [];
  return { inputs, outputs, zipMaps, fixedInputs, faults };
}

function tensorSpec(value: ValueInfoProto, role: 'input' | 'output'): TensorSpec | SignatureFault {
  const field = `${role} ${value.name}`;
  const type = value.type?.value;
  if (type?.case !== 'tensorType') {
    return {
      field,
      seen: typeName(value.type),
      problem: 'is not a tensor, and the protocol carries only tensors',
      fix: 'Export the model so that it takes and gives tensors; docs/bring-your-model.md has recipes',
    };
  }
  const datatype = elementTypes[type.value.elemType]?.datatype;
  if (datatype === undefined) {
    return {
      field,
      seen: typeName(value.type),
      problem: 'has an element type that cannot be served',
      fix: 'Cast it inside the graph, for example to float, and export again',
    };
  }
  const shape = shapeOf(type.value);
  if (shape !== undefined) return { name: value.name, datatype, shape };
  // An output's shape is known when it is computed; a request must be checked before.
  if (role === 'output') return { name: value.name, datatype, shape: [-1] };
  return {
    field,
    seen: 'no shape',
    problem: 'does not say how many dimensions it has',
    fix: 'Export again with a shape; free dimensions may have a name instead of a size',
  };
}

/** undefined when the number of dimensions is open. */
function shapeOf(tensor: TypeProto_Tensor): number[] | undefined {
  return tensor.shape?.dim.map(({ value }) => {
    if (value.case !== 'dimValue') return -1;
    // Some exporters write -1 for a free dimension, although ONNX has a better way to say it.
    return value.value < 0n ? -1 : Number(value.value);
  });
}

/** In ONNX's notation: `tensor(float)`, `seq(map(int64,tensor(float)))`. */
function typeName(type: TypeProto | undefined): string {
  const value = type?.value;
  const element = (code: number) => elementTypes[code]?.onnx ?? `element type ${code}`;
  switch (value?.case) {
    case 'tensorType':
      return `tensor(${element(value.value.elemType)})`;
    case 'sparseTensorType':
      return `sparse_tensor(${element(value.value.elemType)})`;
    case 'sequenceType':
      return `seq(${typeName(value.value.elemType)})`;
    case 'optionalType':
      return `optional(${typeName(value.value.elemType)})`;
    case 'mapType':
      return `map(${element(value.value.keyType)},${typeName(value.value.valueType)})`;
    default:
      return 'no type';
  }
}
