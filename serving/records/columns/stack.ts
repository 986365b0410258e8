import { numericTypes } from '../../protocol/datatype-table.ts';
import type { BytesElement, Tensor } from '../../protocol/tensor.ts';
import type { Batch, CarriedValue } from '../records.ts';

/**
 * Consecutive batches as few as can be: neighbours whose rows have the same inputs with the same
 * shapes become one. Without a batch dimension every row stays alone.
 */
export function stackBatches(pieces: readonly Batch[], batched: boolean): readonly Batch[] {
  if (!batched || pieces.length < 2) return pieces;
  const stacked: Batch[] = [];
  for (let first = 0; first < pieces.length; ) {
    let next = first + 1;
    while (next < pieces.length && isAlike(pieces[first] as Batch, pieces[next] as Batch))
      next += 1;
    stacked.push(stack(pieces.slice(first, next)));
    first = next;
  }
  return stacked;
}

function isAlike(one: Batch, other: Batch): boolean {
  return (
    one.inputs.length === other.inputs.length &&
    one.inputs.every((input, index) => {
      const { name, shape } = other.inputs[index] as Tensor;
      return (
        input.name === name &&
        input.shape.length === shape.length &&
        input.shape.every((size, axis) => axis === 0 || size === shape[axis])
      );
    })
  );
}

function stack(batches: readonly Batch[]): Batch {
  const [first] = batches as [Batch];
  if (batches.length === 1) return first;
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  const records = new Uint32Array(rows);
  let at = 0;
  for (const batch of batches) {
    records.set(batch.records, at);
    at += batch.rows;
  }
  return {
    rows,
    records,
    inputs: first.inputs.map((_, index) =>
      stackTensors(
        batches.map(({ inputs }) => inputs[index] as Tensor),
        rows,
      ),
    ),
    carried: stackCarried(batches),
  };
}

function stackTensors(tensors: readonly Tensor[], rows: number): Tensor {
  const [first] = tensors as [Tensor];
  const shape = [rows, ...first.shape.slice(1)];
  if (first.datatype === 'BYTES') {
    const data = tensors.flatMap(({ data }) => data as readonly BytesElement[]);
    return { name: first.name, datatype: 'BYTES', shape, data };
  }
  const length = tensors.reduce((sum, { data }) => sum + data.length, 0);
  const data = new numericTypes[first.datatype].array(length) as Float32Array;
  let at = 0;
  for (const tensor of tensors) {
    data.set(tensor.data as Float32Array, at);
    at += tensor.data.length;
  }
  return { name: first.name, datatype: first.datatype, shape, data };
}

function stackCarried(batches: readonly Batch[]): ReadonlyMap<string, readonly CarriedValue[]> {
  const [first] = batches as [Batch];
  return new Map(
    [...first.carried.keys()].map((column) => [
      column,
      batches.flatMap(({ carried }) => carried.get(column) as readonly CarriedValue[]),
    ]),
  );
}
