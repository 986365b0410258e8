import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowSignature } from '../../serving/records/columns/row-signature.ts';
import { readLine } from '../../serving/records/jsonl/line-row.ts';
import type { Binding } from '../../serving/records/records.ts';
import { RecordsError } from '../../serving/records/records-error.ts';
import { readAll, spec } from '../serving/records/objects.ts';

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(String),
  fc.constantFrom(
    '-0',
    '1e39',
    '-1e400',
    '1.0',
    '0.1e1',
    '12345678901234567.5',
    '9007199254740993',
  ),
  fc.constantFrom('NaN', 'null', '"x"', '01', '1.', '-', 'true', '[1]', ''),
);
const scalar = fc.oneof(
  fc.string().map((text) => JSON.stringify(text)),
  fc.constantFrom('"\\u00e9"', '"\\ud800"', 'true', 'null', '1e3', '{}', '[1,2]'),
  number,
);
const separator = fc.constantFrom(',', ', ', ' ,', '\t,');

/** Lines that are mostly alike, so that templates are made, met and missed. */
const columnsLine = fc
  .record({
    a: fc.array(number, { minLength: 2, maxLength: 2 }),
    id: scalar,
    other: scalar,
    separator,
    form: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ a, id, other, separator: comma, form }) => {
    const data = `[${a.join(comma)}]`;
    switch (form) {
      case 0:
        return `{"id":${id},"a":${data},"other":${other}}`;
      case 1:
        return `{"a":[${data}],"id":${id}}`;
      case 2:
        return `{"id":${id},"a_0":${a[0]},"x":{"a":1},"a_1":${a[1]}}`;
      default:
        return `{"id":${id},"inputs":[{"name":"a","shape":[1,2],"datatype":"FP32","data":${data}}]}`;
    }
  });

const bindingOf = (datatype: 'FP32' | 'FP64' | 'INT8' | 'INT64' | 'BOOL' | 'FP16'): Binding => ({
  signature: { inputs: [spec('a', datatype, [-1, 2])], outputs: [spec('y', 'FP32', [-1])] },
  carried: ['id'],
});

describe('lines that are scanned together', () => {
  it('give what each gives when it is read alone, to the bit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(columnsLine, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(
          'FP32' as const,
          'FP64' as const,
          'INT8' as const,
          'INT64' as const,
          'BOOL' as const,
          'FP16' as const,
        ),
        fc.constantFrom('\n', '\r\n'),
        async (lines, datatype, end) => {
          const binding = bindingOf(datatype);
          const chunks = await readAll(lines.join(end), {
            binding,
            chunk: { records: 4 },
            pieceBytes: 1000,
          });
          const alone = lines.map((line) => {
            try {
              const batch = readLine(
                Buffer.from(line),
                0,
                rowSignature(binding.signature),
                binding,
              );
              return [bytesOf(batch.inputs[0]?.data), batch.carried.get('id')];
            } catch (error) {
              return (error as Error).message;
            }
          });
          const together: unknown[] = new Array(lines.length);
          let before = 0;
          for (const { records, batches, failed } of chunks) {
            for (const { record, reason } of failed) together[before + record] = reason;
            for (const batch of batches) {
              const data = batch.inputs[0]?.data as Float32Array;
              const size = data.length / batch.rows;
              Array.from(batch.records).forEach((record, row) => {
                together[before + record] = [
                  bytesOf(data.subarray(row * size, (row + 1) * size)),
                  [batch.carried.get('id')?.[row]],
                ];
              });
            }
            before += records;
          }
          expect(before).toBe(lines.length);
          expect(together).toEqual(alone);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('bytes at random', () => {
  it.each(['a.jsonl', 'a.csv', 'a.parquet', 'a.jsonl.gz', 'a.csv.zst'])(
    'in %s raise nothing but our own error',
    async (key) => {
      const magic = new Map([
        ['a.jsonl.gz', [0x1f, 0x8b, 8, 0]],
        ['a.csv.zst', [0x28, 0xb5, 0x2f, 0xfd]],
        ['a.parquet', [0x50, 0x41, 0x52, 0x31]],
      ]).get(key);
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, marked) => {
          const content = marked
            ? Buffer.from([...(magic ?? [...Buffer.from('id,a\n')]), ...bytes, ...(magic ?? [])])
            : bytes;
          try {
            await readAll(content, { key, binding: bindingOf('FP32') });
          } catch (error) {
            expect(error).toBeInstanceOf(RecordsError);
          }
        }),
        { numRuns: 100 },
      );
    },
  );
});

function bytesOf(data: unknown): string {
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}
