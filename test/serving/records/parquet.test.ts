import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { formOf, openWriter } from '../../../serving/records/formats.ts';
import type { Batch } from '../../../serving/records/records.ts';
import { RecordsError } from '../../../serving/records/records-error.ts';
import {
  carriedOf,
  failuresOf,
  objectOf,
  type Reading,
  readAll,
  rowsOf,
  slicesOf,
  spec,
  tabular,
} from './objects.ts';

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];

const file = (columnData: Columns, rowGroupSize = 3) =>
  new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize }));
const read = (bytes: Uint8Array, reading: Reading = {}) =>
  readAll(bytes, { key: 'a.parquet', ...reading });

const count = 10;
const column = (name: string, factor: number) => ({
  name,
  data: Float32Array.from({ length: count }, (_, row) => row * factor),
  type: 'FLOAT' as const,
});
const features = [column('features_0', 1), column('features_1', 2), column('features_2', 0.5)];
const ids = { name: 'id', data: Array.from({ length: count }, (_, row) => BigInt(row)) };
const rows = Array.from({ length: count }, (_, row) => [row, row * 2, row * 0.5]);
const withId = { ...tabular, carried: ['id'] };

describe('rows of Parquet', () => {
  it('reads row group by row group, in chunks that never cross one', async () => {
    const chunks = await read(file([...features, ids]), { binding: withId });
    expect(rowsOf(chunks)).toEqual(rows);
    expect(carriedOf(chunks, 'id')).toEqual(rows.map(([id]) => id));
    expect(chunks.map(({ records }) => records)).toEqual([2, 1, 2, 1, 2, 1, 1]);
    expect(chunks[1]).toMatchObject({ start: { offset: 2, line: 3 }, end: { offset: 3, line: 4 } });
  });

  it('cuts slices at row groups, which together own every row once', async () => {
    const bytes = file([...features, ids]);
    const slices = await slicesOf(formOf('x.parquet'), objectOf(bytes), 1);
    expect(slices).toEqual([
      { start: 0, end: 3 },
      { start: 3, end: 6 },
      { start: 6, end: 9 },
      { start: 9, end: 10 },
    ]);
    expect(await slicesOf(formOf('x.parquet'), objectOf(bytes), 1e6)).toEqual([
      { start: 0, end: 10 },
    ]);
    const read4 = await Promise.all(slices.map((slice) => read(bytes, { slice })));
    expect(rowsOf(read4.flat())).toEqual(rows);
  });

  it('goes on in the middle of a row group', async () => {
    const from = { offset: 5, line: 6 };
    const chunks = await read(file([...features, ids]), { from });
    expect(rowsOf(chunks)).toEqual(rows.slice(5));
  });

  it('reads arrays in JSON, whole doubles and integers of any width', async () => {
    const binding = {
      signature: {
        inputs: [spec('x', 'FP32', [-1, 2]), spec('n', 'INT32', [-1])],
        outputs: [spec('y', 'FP32', [-1])],
      },
      carried: [],
    };
    const bytes = file([
      {
        name: 'x',
        data: [
          [1, 2.5],
          [3, 4],
          [5, Number.NaN],
        ],
      },
      { name: 'n', data: [1n, 2n, -3n] },
    ]);
    const chunks = await read(bytes, { binding });
    expect(rowsOf(chunks)).toEqual([
      [1, 2.5],
      [3, 4],
      [5, Number.NaN],
    ]);
    expect(rowsOf(chunks, 1)).toEqual([[1], [2], [-3]]);
  });

  it('fails single rows with column and value, as their columns in JSON', async () => {
    const binding = {
      signature: { inputs: [spec('x', 'INT8', [-1])], outputs: [spec('y', 'FP32', [-1])] },
      carried: ['id'],
    };
    const bytes = file([
      { name: 'x', data: [1, 300, null, 4] },
      { name: 'id', data: ['a', 'b', 'c', 'd'] },
    ]);
    const chunks = await read(bytes, { binding, chunk: { records: 10 } });
    expect(rowsOf(chunks)).toEqual([[1], [4]]);
    const failed = chunks.flatMap((chunk) => chunk.failed);
    expect(failed.map(({ line, row, reason }) => [line, row, reason])).toEqual([
      [
        2,
        '{"x":300,"id":"b"}',
        'column "x": 300 is not an integer from -128 to 127, as INT8 needs',
      ],
      [
        3,
        '{"x":null,"id":"c"}',
        'column "x": null is not an integer from -128 to 127, as INT8 needs',
      ],
    ]);
  });

  it('reads texts', async () => {
    const binding = {
      signature: { inputs: [spec('text', 'BYTES', [-1])], outputs: [spec('y', 'FP32', [-1])] },
      carried: [],
    };
    const chunks = await read(file([{ name: 'text', data: ['a', 'é', ''] }]), { binding });
    expect(rowsOf(chunks)).toEqual([['a'], ['é'], ['']]);
    expect(failuresOf(chunks)).toEqual([]);
  });

  it('refuses another schema: columns that are missing, and those of another kind', async () => {
    await expect(read(file([ids]))).rejects.toThrow(
      'column "features" of input "features" (FP32 [1,3]) is missing; the file has "id"',
    );
    const texts = file([{ name: 'features', data: ['a', 'b'] }]);
    await expect(read(texts)).rejects.toThrow(
      'column "features" is UTF8, but input "features" takes FP32; the file has "features"',
    );
  });

  it('refuses what is no Parquet or cut off, and hands on what the port throws', async () => {
    for (const bytes of [
      Buffer.from('PAR1 but nothing else PAR1'),
      file(features).subarray(0, -9),
    ]) {
      await expect(read(bytes)).rejects.toThrow(RecordsError);
    }
    const gone = { ...objectOf(file(features)), read: () => Promise.reject(new TypeError('gone')) };
    await expect(slicesOf(formOf('x.parquet'), gone, 1)).rejects.toThrow(new TypeError('gone'));
  });
});

describe('parts of Parquet', () => {
  const signature = {
    inputs: [spec('x', 'FP32', [-1])],
    outputs: [
      spec('label', 'INT64', [-1]),
      spec('boxes', 'FP32', [-1, 2, 2]),
      spec('word', 'BYTES', [-1, 1]),
    ],
  };
  const batch: Batch = {
    rows: 2,
    inputs: [],
    records: [0, 1],
    carried: new Map([['id', [7, 8]]]),
  };
  const outputs = [
    { name: 'label', datatype: 'INT64' as const, shape: [2], data: BigInt64Array.of(1n, -2n) },
    {
      name: 'boxes',
      datatype: 'FP32' as const,
      shape: [2, 2, 2],
      data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, Number.NaN),
    },
    { name: 'word', datatype: 'BYTES' as const, shape: [2, 1], data: ['a', 'ß'] },
  ];

  it('hold the key and the outputs, nested as they are, and read back', async () => {
    const writer = openWriter({ format: 'parquet', signature, carried: ['id'] });
    writer.add(batch, outputs);
    const part = writer.finish();
    const binding = {
      signature: {
        inputs: [
          spec('label', 'INT64', [-1]),
          spec('boxes', 'FP32', [-1, 2, 2]),
          spec('word', 'BYTES', [-1]),
        ],
        outputs: [spec('y', 'FP32', [-1])],
      },
      carried: ['id'],
    };
    const chunks = await read(part, { binding });
    expect(failuresOf(chunks)).toEqual([]);
    expect(rowsOf(chunks)).toEqual([[1n], [-2n]]);
    expect(rowsOf(chunks, 1)).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, Number.NaN],
    ]);
    expect(rowsOf(chunks, 2)).toEqual([['a'], ['ß']]);
    expect(carriedOf(chunks, 'id')).toEqual([7, 8]);
  });

  it('are equal to the byte for equal rows, however they were batched', async () => {
    const writer = openWriter({ format: 'parquet', signature, carried: ['id'] });
    const two = () => {
      writer.add(batch, outputs);
      writer.add(batch, outputs);
      return Buffer.from(writer.finish());
    };
    expect(two().equals(two())).toBe(true);
    expect(writer.rows).toBe(0);
    expect(Buffer.from(writer.finish()).subarray(0, 4).toString()).toBe('PAR1');
  });
});
