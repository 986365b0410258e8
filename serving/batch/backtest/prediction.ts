import type { TensorSpec } from '../../contract/manifest.ts';
import { numericTypes } from '../../protocol/datatype-table.ts';
import { halfToNumber } from '../../protocol/half.ts';
import { elementCount, type Tensor } from '../../protocol/tensor.ts';
import type { CarriedValue } from '../../records/records.ts';

/** What a row's prediction is: a class, compared by equality, or a number, compared by distance. */
export type PredictionKind = 'class' | 'number';

/**
 * One floating-point number a row is a number; several are scores, of which the largest is the class;
 * anything else is a class itself.
 */
export function kindOf({ datatype, shape }: TensorSpec): PredictionKind {
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  return isFloat(datatype) && width === 1 ? 'number' : 'class';
}

function isFloat(datatype: Tensor['datatype']): boolean {
  return datatype === 'FP16' || datatype === 'BF16' || datatype === 'FP32' || datatype === 'FP64';
}

/** The class of each row, spelled as `classOfLabel` spells labels. */
export function classesOf(tensor: Tensor, rows: number): string[] {
  const width = rows === 0 ? 1 : (elementCount(tensor.shape) ?? 0) / rows;
  if (!isFloat(tensor.datatype)) {
    return Array.from({ length: rows }, (_, row) => classOf(tensor, row, width));
  }
  const scores = numbersOf(tensor);
  return Array.from({ length: rows }, (_, row) => {
    let best = 0;
    for (let index = 1; index < width; index += 1) {
      const isHigher =
        (scores[row * width + index] as number) > (scores[row * width + best] as number);
      if (isHigher) best = index;
    }
    return String(best);
  });
}

/** Several whole numbers or texts a row are a class as a whole. */
function classOf({ data }: Tensor, row: number, width: number): string {
  const elements = Array.from({ length: width }, (_, index) => data[row * width + index]);
  return elements
    .map((element) =>
      element instanceof Uint8Array ? Buffer.from(element).toString('base64') : element,
    )
    .join(' ');
}

export function numbersOf(tensor: Tensor): ArrayLike<number> {
  if (tensor.datatype === 'FP16' || tensor.datatype === 'BF16') {
    const { datatype } = tensor;
    return Float64Array.from(tensor.data as Uint16Array, (bits) => halfToNumber(datatype, bits));
  }
  if (tensor.datatype === 'BYTES' || !(tensor.datatype in numericTypes)) {
    throw new Error(`${tensor.name} holds no numbers`);
  }
  return tensor.data as ArrayLike<number>;
}

/** A label as a class; undefined when it is empty. Whole numbers are spelled alike in every format. */
export function classOfLabel(label: CarriedValue): string | undefined {
  if (label === null || label === '') return undefined;
  if (typeof label === 'boolean') return label ? '1' : '0';
  const text = String(label).trim();
  return /^[+-]?\d+(\.0*)?$/.test(text) ? String(Number(text)) : text;
}

/** A label as a number; undefined when it is none. */
export function numberOfLabel(label: CarriedValue): number | undefined {
  if (label === null || label === '' || typeof label === 'boolean') return undefined;
  const number = Number(label);
  return Number.isFinite(number) ? number : undefined;
}
