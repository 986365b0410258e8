import { halfToNumber } from './half.ts';
import type { BytesTensor, NumericTensor } from './tensor.ts';

/**
 * The best `wanted` classes of each row as `value:index` strings, best first. A tensor of two or
 * more dimensions is a batch of rows; one of fewer is a single row.
 */
export function classify(tensor: NumericTensor, wanted: number): BytesTensor {
  const { shape } = tensor;
  const batched = shape.length >= 2;
  const rows = batched ? (shape[0] as number) : 1;
  const classes = rows === 0 ? rowLength(shape) : tensor.data.length / rows;
  const kept = Math.min(wanted, classes);
  const values = rankable(tensor);
  const data: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (const index of best(values, row * classes, classes, kept)) {
      data.push(`${values[row * classes + index]}:${index}`);
    }
  }
  return {
    name: tensor.name,
    datatype: 'BYTES',
    shape: batched ? [rows, kept] : [kept],
    data,
  };
}

function rowLength(shape: readonly number[]): number {
  return shape.slice(1).reduce((product, dimension) => product * dimension, 1);
}

/** Values that compare by `>` in the tensor's own type. */
function rankable({ datatype, data }: NumericTensor): ArrayLike<number | bigint> {
  if (datatype !== 'FP16' && datatype !== 'BF16') return data;
  return Float32Array.from(data as Uint16Array, (bits) => halfToNumber(datatype, bits));
}

function best(
  values: ArrayLike<number | bigint>,
  start: number,
  classes: number,
  kept: number,
): number[] {
  const order = Array.from({ length: classes }, (_, index) => index);
  const at = (index: number) => values[start + index] as number | bigint;
  // NaN compares as neither greater nor smaller and would make the order depend on the input's.
  const missing = (index: number) => Number.isNaN(at(index));
  order.sort((a, b) => {
    if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b)) || a - b;
    return at(a) > at(b) ? -1 : at(a) < at(b) ? 1 : a - b;
  });
  return order.slice(0, kept);
}
