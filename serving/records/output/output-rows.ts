import type { TensorSpec } from '../../contract/manifest.ts';
import { halfToNumber } from '../../protocol/half.ts';
import { quote } from '../../protocol/quote.ts';
import type { Signature } from '../../protocol/signature-match.ts';
import { shapeText, type Tensor } from '../../protocol/tensor.ts';
import { isBatched } from '../columns/row-signature.ts';
import type { Batch, WriteRequest } from '../records.ts';
import { RecordsError } from '../records-error.ts';

/** An element of an output as a row shows it. Halves are numbers, booleans are booleans. */
export type OutputElement = number | bigint | boolean | string;

/** The rows' shares of one output, in row-major order. */
export interface OutputColumn {
  readonly spec: TensorSpec;
  /** Shape of one row's share; [] is a single element. */
  readonly shape: readonly number[];
  /** Elements of one row. */
  readonly size: number;
  readonly elements: ArrayLike<OutputElement>;
}

/** A part has one column for each name, so that names must differ. */
export function checkNames({ carried, signature }: WriteRequest): void {
  const names = [...carried, ...signature.outputs.map(({ name }) => name)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new RecordsError(
    'request',
    `the output would have two columns named ${quote(twice)}: a carried column and an output of the model, or one carried twice; rename the column in the input, or carry another`,
  );
}

/** What the model gave for a batch, by the signature's outputs. */
export function outputColumns(
  signature: Signature,
  { rows }: Batch,
  outputs: readonly Tensor[],
): OutputColumn[] {
  const batched = isBatched(signature);
  return signature.outputs.map((spec) => {
    const tensor = outputs.find(({ name }) => name === spec.name);
    if (!tensor) throw misfit(spec, 'is missing in what the model gave');
    const shape = rowShape(spec, tensor, batched, rows);
    const size = shape.reduce((product, length) => product * length, 1);
    return { spec, shape, size, elements: elementsOf(tensor) };
  });
}

/** Without a batch dimension a row is the whole tensor, but for a leading 1 that the signature fixes. */
function rowShape(
  spec: TensorSpec,
  { shape }: Tensor,
  batched: boolean,
  rows: number,
): readonly number[] {
  if (!batched) return spec.shape[0] === 1 && shape[0] === 1 ? shape.slice(1) : shape;
  if (shape[0] === rows) return shape.slice(1);
  throw misfit(spec, `has the shape ${shapeText(shape)} for a batch of ${rows} rows`);
}

function elementsOf(tensor: Tensor): ArrayLike<OutputElement> {
  switch (tensor.datatype) {
    case 'BYTES':
      return tensor.data.map((element) => {
        if (typeof element === 'string') return element;
        throw misfit(tensor, 'holds bytes that are not UTF-8 text, which no batch output can');
      });
    case 'BOOL':
      return Array.from(tensor.data as Uint8Array, (value) => value !== 0);
    case 'FP16':
    case 'BF16': {
      const { datatype } = tensor;
      return Float64Array.from(tensor.data as Uint16Array, (bits) => halfToNumber(datatype, bits));
    }
    default:
      return tensor.data;
  }
}

function misfit({ name }: { readonly name: string }, problem: string): RecordsError {
  return new RecordsError('request', `output ${quote(name)} ${problem}`);
}
