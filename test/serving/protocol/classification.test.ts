import { describe, expect, it } from 'vitest';
import { classify } from '../../../serving/protocol/classification.ts';

const row = (values: number[], shape: number[]) =>
  ({ name: 'y', datatype: 'FP32', shape, data: new Float32Array(values) }) as const;

describe('A classification', () => {
  it('puts the lower index first among equals, and what is no number last', () => {
    const { data } = classify(row([1, Number.NaN, 3, 1], [4]), 4);
    expect(data).toEqual(['3:2', '1:0', '1:3', 'NaN:1']);
  });

  it('ranks integers beyond 2^53 in their own type', () => {
    const data = new BigInt64Array([2n ** 60n, 2n ** 60n + 1n]);
    const tensor = { name: 'y', datatype: 'INT64', shape: [2], data } as const;
    expect(classify(tensor, 1).data).toEqual([`${2n ** 60n + 1n}:1`]);
  });

  it('ranks halves by their value, not by their bits', () => {
    const data = new Uint16Array([0xc000, 0x3c00]);
    expect(classify({ name: 'y', datatype: 'FP16', shape: [2], data }, 2).data).toEqual([
      '1:1',
      '-2:0',
    ]);
  });

  it('answers nothing for a batch of no rows, and one for a scalar', () => {
    expect(classify(row([], [0, 3]), 2)).toMatchObject({ shape: [0, 2], data: [] });
    expect(classify(row([7], []), 2)).toMatchObject({ shape: [1], data: ['7:0'] });
  });
});
