import { describe, expect, it } from 'vitest';
import { carriedOf, failuresOf, readAll, rowsOf, spec, tabular } from './objects.ts';

const line = (...features: number[]) => JSON.stringify({ features });

describe('rows of columns', () => {
  it('gives a tensor of consecutive rows for each chunk', async () => {
    const chunks = await readAll([line(1, 2, 3), line(4, 5, 6), line(7, 8, 9)].join('\n'));
    expect(chunks.map(({ records }) => records)).toEqual([2, 1]);
    expect(chunks[0]?.batches).toMatchObject([
      { rows: 2, inputs: [{ name: 'features', datatype: 'FP32', shape: [2, 3] }] },
    ]);
    expect(rowsOf(chunks)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
  });

  it('does not mind CR LF, a byte order mark, blank lines and a last line without an end', async () => {
    const text = `\uFEFF${line(1, 2, 3)}\r\n\r\n  \n${line(4, 5, 6)}`;
    const chunks = await readAll(text);
    expect(rowsOf(chunks)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(failuresOf(chunks)).toEqual([]);
    expect(chunks.at(-1)?.end).toEqual({ offset: Buffer.byteLength(text), line: 5 });
  });

  it('gives one chunk without records for an object without records', async () => {
    for (const text of ['', '\n\n', '\uFEFF']) {
      const chunks = await readAll(text);
      expect(chunks).toMatchObject([{ records: 0, start: { offset: 0 }, batches: [], failed: [] }]);
      expect(chunks[0]?.end.offset).toBe(Buffer.byteLength(text));
    }
  });

  it('fails a bad line with its number, place, reason and text, and infers the others', async () => {
    const bad = ['{"features":[1,2,"x"]}', '{"other":1}', 'no json', '[1,2,3]', '{"features":[1]}'];
    const chunks = await readAll([line(1, 2, 3), ...bad, line(4, 5, 6)].join('\n'));
    expect(rowsOf(chunks)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const failed = chunks.flatMap((chunk) => chunk.failed);
    expect(failed.map(({ row }) => row)).toEqual(bad);
    expect(failed.map((failure) => failure.line)).toEqual([2, 3, 4, 5, 6]);
    expect(failed[0]).toMatchObject({
      offset: line(1, 2, 3).length + 1,
      record: 1,
      reason: 'column "features": data[2] "x" is not a number, as FP32 needs',
    });
    expect(failed[1]?.reason).toBe('column "features" of input "features" (FP32 [1,3]) is missing');
    expect(failed[2]?.reason).toMatch(/^the line is not JSON: /);
    expect(failed[3]?.reason).toBe('the line must be a JSON object, but is an array');
    expect(failed[4]?.reason).toMatch(/asks for 3 elements, but data has 1/);
  });

  it('keeps integers exact that a double cannot hold, and names column and value beyond the range', async () => {
    const binding = {
      signature: { inputs: [spec('n', 'INT64', [-1])], outputs: [spec('y', 'FP32', [-1])] },
      carried: ['id'],
    };
    const text = [
      '{"n":9007199254740993,"id":12345678901234567890}',
      '{"n":9223372036854775808,"id":2}',
      '{"n":1.5,"id":3}',
    ].join('\n');
    const chunks = await readAll(text, { binding });
    expect(rowsOf(chunks)).toEqual([[9007199254740993n]]);
    expect(carriedOf(chunks, 'id')).toEqual([12345678901234567890n]);
    const range =
      'is not an integer from -9223372036854775808 to 9223372036854775807, as INT64 needs';
    expect(failuresOf(chunks)).toEqual([
      [2, `column "n": 9223372036854775808 ${range}`],
      [3, `column "n": 1.5 ${range}`],
    ]);
  });

  it('fails a line without a carried column', async () => {
    const chunks = await readAll(line(1, 2, 3), { binding: { ...tabular, carried: ['id'] } });
    expect(failuresOf(chunks)).toEqual([[1, 'column "id" is missing, and was asked for']]);
  });

  it('finds columns named as elements, by index or number, and those of a mapping', async () => {
    const byNumber = '{"features_0":1,"features_1":2,"features_2":3}';
    const byIndex = '{"features[0]":1,"features[1]":2,"features[2]":3}';
    expect(rowsOf(await readAll(`${byNumber}\n${byIndex}`))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    const binding = { ...tabular, columns: { features: ['c', 'b', 'a'] } };
    const chunks = await readAll('{"a":1,"b":2,"c":3}\n{"a":1,"b":"two","c":3}', { binding });
    expect(rowsOf(chunks)).toEqual([[3, 2, 1]]);
    expect(failuresOf(chunks)).toEqual([[2, 'column "b": "two" is not a number, as FP32 needs']]);
  });

  it('fails a record over the bound alone, wherever its bytes are cut', async () => {
    const long = `{"features":[${'1,'.repeat(3000)}1]}`;
    const text = [line(1, 2, 3), long, line(4, 5, 6), long].join('\n');
    for (const pieceBytes of [7, 1000, 100_000]) {
      const chunks = await readAll(text, { recordBytes: 2000, pieceBytes });
      expect(rowsOf(chunks)).toEqual([
        [1, 2, 3],
        [4, 5, 6],
      ]);
      expect(failuresOf(chunks)).toEqual([
        [2, expect.stringContaining('longer than 2000 bytes')],
        [4, expect.stringContaining('longer than 2000 bytes')],
      ]);
      expect(chunks.at(-1)?.end.offset).toBe(text.length);
      expect(chunks.flatMap(({ failed }) => failed)[1]?.row).toBe(long.slice(0, 1024));
    }
  });
});

describe('requests of the protocol', () => {
  const request = (rows: number[][], more = {}) =>
    JSON.stringify({
      ...more,
      inputs: [{ name: 'features', datatype: 'FP32', shape: [rows.length, 3], data: rows.flat() }],
    });

  it('gives as many rows as the tensors hold, each with the line it came from', async () => {
    const text = [
      request(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        { id: 'a' },
      ),
      request([[7, 8, 9]], { id: 'b' }),
    ];
    const chunks = await readAll(text.join('\n'), { binding: { ...tabular, carried: ['id'] } });
    expect(rowsOf(chunks)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    expect(Array.from(chunks[0]?.batches[0]?.records ?? [])).toEqual([0, 0, 1]);
    expect(carriedOf(chunks, 'id')).toEqual(['a', 'a', 'b']);
  });

  it('fails a request whose id is no text, also behind one whose id is', async () => {
    const chunks = await readAll(
      [request([[1, 2, 3]], { id: 'a' }), request([[4, 5, 6]], { id: 'b' })]
        .concat(request([[7, 8, 9]], { id: 7 }))
        .join('\n'),
    );
    expect(chunks[0]?.batches[0]?.rows).toBe(2);
    const failed = chunks.flatMap((chunk) => chunk.failed);
    expect(failed.map(({ reason }) => reason)).toEqual(['id must be a string, but is 7']);
  });

  it('fails a request that does not fit the signature, and one without rows', async () => {
    const other = request([[1, 2, 3]]).replace('FP32', 'FP64');
    const chunks = await readAll([other, request([])].join('\n'));
    expect(failuresOf(chunks)).toEqual([
      [1, expect.stringContaining('datatype is FP64, but the model expects FP32')],
      [2, 'input "features" holds no row'],
    ]);
  });
});

describe('shapes of models', () => {
  it('stacks only neighbours of one shape, where the model leaves a dimension free', async () => {
    const binding = {
      signature: { inputs: [spec('x', 'FP32', [-1, -1])], outputs: [spec('y', 'FP32', [-1])] },
      carried: [],
    };
    const text = ['{"x":[1,2]}', '{"x":[3,4]}', '{"x":[5]}', '{"x":6}'].join('\n');
    const [chunk] = await readAll(text, { binding, chunk: { records: 10 } });
    expect(chunk?.batches.map(({ inputs }) => inputs[0]?.shape)).toEqual([
      [2, 2],
      [2, 1],
    ]);
  });

  it('runs a model without a batch dimension row by row', async () => {
    const binding = {
      signature: { inputs: [spec('x', 'FP32', [1, 2])], outputs: [spec('y', 'FP32', [1])] },
      carried: [],
    };
    const [chunk] = await readAll('{"x":[1,2]}\n{"x":[[3,4]]}', { binding });
    expect(chunk?.batches.map(({ rows, inputs }) => [rows, inputs[0]?.shape])).toEqual([
      [1, [1, 2]],
      [1, [1, 2]],
    ]);
  });

  it('reads texts', async () => {
    const binding = {
      signature: { inputs: [spec('text', 'BYTES', [-1])], outputs: [spec('y', 'FP32', [-1])] },
      carried: [],
    };
    const chunks = await readAll('{"text":"caf\\u00e9"}\n{"text":7}', { binding });
    expect(rowsOf(chunks)).toEqual([['café']]);
    expect(failuresOf(chunks)).toEqual([[2, 'column "text": 7 is not a string, as BYTES needs']]);
  });
});
