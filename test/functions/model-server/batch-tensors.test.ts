import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  joinKey,
  joinRequests,
  rowsOf,
  splitTensor,
} from '../../../functions/model-server/batch-tensors.ts';
import type { Tensor } from '../../../serving/protocol/tensor.ts';

const integers = (name: string, rows: number, columns: number, start = 0): Tensor => ({
  name,
  datatype: 'INT64',
  shape: [rows, columns],
  data: BigInt64Array.from({ length: rows * columns }, (_, index) => BigInt(start + index)),
});
const texts = (name: string, values: string[]): Tensor => ({
  name,
  datatype: 'BYTES',
  shape: [values.length],
  data: values,
});

describe('Tensors of a batch', () => {
  it('come out of their batch as they went in', () => {
    const request = fc.record({
      rows: fc.integer({ min: 1, max: 4 }),
      start: fc.nat(100),
    });
    fc.assert(
      fc.property(
        fc.array(request, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 3 }),
        (requests, columns) => {
          const inputs = requests.map(({ rows, start }) => [
            integers('n', rows, columns, start),
            texts('t', Array(rows).fill(`from ${start}`)),
          ]);
          const rows = requests.map((each) => each.rows);
          const parts = joinRequests(inputs).map((tensor) => splitTensor(tensor, rows));
          expect(requests.map((_, index) => parts.map((part) => part?.[index]))).toEqual(inputs);
        },
      ),
    );
  });

  it('are joined by name, in whatever order a request lists them', () => {
    const one = [integers('a', 1, 1, 1), integers('b', 1, 1, 2)];
    const other = [integers('b', 1, 1, 4), integers('a', 1, 1, 3)];
    expect(joinKey(one)).toBe(joinKey(other));
    expect(joinRequests([one, other])).toMatchObject([
      { name: 'a', data: BigInt64Array.of(1n, 3n) },
      { name: 'b', data: BigInt64Array.of(2n, 4n) },
    ]);
  });

  it('do not match when a dimension beyond the first differs, or a name', () => {
    const key = joinKey([integers('a', 1, 2)]);
    expect(joinKey([integers('a', 5, 2)])).toBe(key);
    expect(joinKey([integers('a', 1, 3)])).not.toBe(key);
    expect(joinKey([integers('b', 1, 2)])).not.toBe(key);
  });

  it('have the rows that all inputs share', () => {
    expect(rowsOf([integers('a', 3, 2), texts('t', ['', '', ''])])).toBe(3);
    expect(rowsOf([integers('a', 3, 2), texts('t', [''])])).toBeUndefined();
  });

  it('cannot be split when there is not a row for each', () => {
    expect(splitTensor(integers('a', 3, 2), [1, 1])).toBeUndefined();
    expect(splitTensor({ ...integers('a', 1, 1), shape: [] }, [1])).toBeUndefined();
  });
});
