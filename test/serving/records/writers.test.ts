import { describe, expect, it } from 'vitest';
import type { BatchFormat } from '../../../serving/contract/batch.ts';
import type { Tensor } from '../../../serving/protocol/tensor.ts';
import { openWriter } from '../../../serving/records/formats.ts';
import type { Batch, CarriedValue } from '../../../serving/records/records.ts';
import { spec } from './objects.ts';

const signature = {
  inputs: [spec('x', 'FP32', [-1])],
  outputs: [spec('label', 'BYTES', [-1]), spec('p', 'FP32', [-1, 2]), spec('ok', 'BOOL', [-1])],
};

function batchOf(ids: readonly CarriedValue[]): Batch {
  return {
    rows: ids.length,
    inputs: [],
    records: ids.map((_, row) => row),
    carried: new Map([['id', ids]]),
  };
}

const outputs: Tensor[] = [
  { name: 'ok', datatype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) },
  { name: 'label', datatype: 'BYTES', shape: [3], data: ['spam', 'a "b",\nc', ''] },
  {
    name: 'p',
    datatype: 'FP32',
    shape: [3, 2],
    data: Float32Array.of(0.5, -0, Number.NaN, Number.NEGATIVE_INFINITY, 1e-7, 1e30),
  },
];

function written(format: BatchFormat, ids: readonly CarriedValue[]): string {
  const writer = openWriter({ format, signature, carried: ['id'] });
  writer.add(batchOf(ids), outputs);
  expect(writer.rows).toBe(3);
  return Buffer.from(writer.finish()).toString();
}

describe('parts of JSONL', () => {
  it('hold the key, then the outputs by name, numbers as the protocol spells them', () => {
    expect(written('jsonl', [1, 'b"', 12345678901234567890n])).toBe(
      [
        '{"id":1,"label":"spam","p":[0.5,-0.0],"ok":true}',
        '{"id":"b\\"","label":"a \\"b\\",\\nc","p":[null,"-Infinity"],"ok":false}',
        `{"id":12345678901234567890,"label":"","p":[1e-7,1e+30],"ok":true}`,
        '',
      ].join('\n'),
    );
  });
});

describe('parts of CSV', () => {
  it('begin with the header, hold arrays as JSON in one cell, and quote what needs it', () => {
    expect(written('csv', [null, true, ' x'])).toBe(
      [
        'id,label,p,ok',
        ',spam,"[0.5,-0.0]",true',
        'true,"a ""b"",\nc","[null,""-Infinity""]",false',
        `" x",,"[1e-7,1e+30]",true`,
        '',
      ].join('\n'),
    );
  });
});

describe('every format', () => {
  it.each(['jsonl', 'csv', 'parquet'] as const)(
    '%s gives equal bytes however rows are batched',
    (format) => {
      const request = { format, signature, carried: ['id'] };
      const [together, apart] = [openWriter(request), openWriter(request)];
      together.add(batchOf([1, 2, 3]), outputs);
      for (let row = 0; row < 3; row += 1) {
        const sliced = outputs.map((tensor): Tensor => {
          const size = tensor.data.length / 3;
          const data = (tensor.data as Float32Array).slice(row * size, (row + 1) * size);
          return { ...tensor, shape: [1, ...tensor.shape.slice(1)], data } as Tensor;
        });
        apart.add(batchOf([row + 1]), sliced);
      }
      expect(Buffer.from(apart.finish()).equals(Buffer.from(together.finish()))).toBe(true);
    },
  );

  it.each(['jsonl', 'csv', 'parquet'] as const)(
    '%s refuses a key with the name of an output',
    (format) => {
      expect(() => openWriter({ format, signature, carried: ['label'] })).toThrow(
        'the output would have two columns named "label"',
      );
    },
  );

  it('keeps the whole tensor as one row, for a model without a batch dimension', () => {
    const single = {
      inputs: [spec('x', 'FP32', [1, 2])],
      outputs: [spec('a', 'FP32', [1, 2]), spec('b', 'FP32', [2])],
    };
    const writer = openWriter({ format: 'jsonl', signature: single, carried: [] });
    const batch = { rows: 1, inputs: [], records: [0], carried: new Map() };
    writer.add(batch, [
      { name: 'a', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(1, 2) },
      { name: 'b', datatype: 'FP32', shape: [2], data: Float32Array.of(3, 4) },
    ]);
    expect(Buffer.from(writer.finish()).toString()).toBe('{"a":[1,2],"b":[3,4]}\n');
  });
});
