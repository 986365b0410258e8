import type { NumericDatatype, TensorData } from './datatype-table.ts';

/**
 * An element of a BYTES tensor: text when its bytes are UTF-8, else the bytes. Nearly all are text,
 * and text is what JSON and the engine take.
 */
export type BytesElement = string | Uint8Array;

export interface NumericTensor {
  readonly name: string;
  readonly datatype: NumericDatatype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export interface BytesTensor {
  readonly name: string;
  readonly datatype: 'BYTES';
  readonly shape: readonly number[];
  readonly data: readonly BytesElement[];
}

export type Tensor = NumericTensor | BytesTensor;

/** Number of elements of a full shape; undefined when it is beyond what a number can count. */
export function elementCount(shape: readonly number[]): number | undefined {
  // A zero anywhere makes the tensor empty, however large the other dimensions are.
  if (shape.includes(0)) return 0;
  let count = 1;
  for (const dimension of shape) {
    count *= dimension;
    if (count > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return count;
}

/** More dimensions than any model has, and few enough for a message. */
const mostShown = 32;

export function shapeText(shape: readonly number[]): string {
  if (shape.length <= mostShown) return `[${shape.join(',')}]`;
  return `[${shape.slice(0, mostShown).join(',')},...] of ${shape.length} dimensions`;
}
