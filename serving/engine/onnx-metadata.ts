import type { Datatype } from '../contract/datatype.ts';
import type { TensorSpec } from '../contract/manifest.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { datatypeOfOnnx } from '../protocol/datatype-table.ts';
import { quote } from '../protocol/quote.ts';

/** What onnxruntime tells of an input or output: its two interfaces spell types in two ways. */
export interface OnnxMetadata {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: number | string;
  /** Free dimensions are -1 or a name. */
  readonly shape?: readonly (number | string)[];
}

/** The binding's numbers are those of ONNX's TensorProto.DataType. */
const typeNames: readonly (string | undefined)[] = [
  undefined,
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
];

export function tensorSpecOf({ name, isTensor, type, shape }: OnnxMetadata): TensorSpec {
  const datatype = isTensor ? datatypeOf(type) : undefined;
  if (!datatype) {
    throw new SiskinError(
      'model_not_ready',
      `the model cannot be served: ${quote(name)} is ${isTensor ? `a tensor of type ${type}` : 'no tensor'}, which the protocol lacks`,
    );
  }
  const dimensions = (shape ?? []).map((size) => (typeof size === 'number' ? size : -1));
  return { name, datatype, shape: dimensions };
}

function datatypeOf(type: number | string | undefined): Datatype | undefined {
  const name = typeof type === 'number' ? typeNames[type] : type;
  return name === undefined ? undefined : datatypeOfOnnx(name);
}
