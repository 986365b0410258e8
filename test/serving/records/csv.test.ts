import { describe, expect, it } from 'vitest';
import { RecordsError } from '../../../serving/records/records-error.ts';
import { carriedOf, failuresOf, type Reading, readAll, rowsOf, spec, tabular } from './objects.ts';

const read = (text: string, reading: Reading = {}) => readAll(text, { key: 'a.csv', ...reading });

const texts = {
  signature: { inputs: [spec('text', 'BYTES', [-1])], outputs: [spec('y', 'FP32', [-1])] },
  carried: [],
};

describe('records of CSV', () => {
  it('fills elements from columns by name, whatever their order, and an array from one column', async () => {
    const header = 'id,features_2,features_0,features_1\n';
    expect(rowsOf(await read(`${header}a,3,1,2\nb,6,4,5\n`))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(rowsOf(await read('features\n"[1, 2, 3]"\n'))).toEqual([[1, 2, 3]]);
  });

  it('takes numbers as tools write them', async () => {
    const one = {
      ...tabular,
      signature: { ...tabular.signature, inputs: [spec('x', 'FP64', [-1])] },
    };
    const cells = ['+1', '.5', '1.', '007', ' 2 ', '1e3', '-0', 'nan', 'inf', '-Infinity', ''];
    const chunks = await read(`a,x\n${cells.map((cell) => `,${cell}`).join('\n')}`, {
      binding: one,
    });
    expect(rowsOf(chunks).flat()).toEqual([
      ...[1, 0.5, 1, 7, 2, 1000, -0, Number.NaN],
      ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
    ]);
  });

  it('takes true and false in any case, and keeps long integers exact', async () => {
    const binding = {
      signature: {
        inputs: [spec('b', 'BOOL', [-1]), spec('n', 'INT64', [-1])],
        outputs: [spec('y', 'FP32', [-1])],
      },
      carried: ['n'],
    };
    const chunks = await read('b,n\nTrue,9007199254740993\nFALSE,-1\n0,1.5', { binding });
    expect(rowsOf(chunks)).toEqual([[1], [0]]);
    expect(rowsOf(chunks, 1)).toEqual([[9007199254740993n], [-1n]]);
    expect(carriedOf(chunks, 'n')).toEqual(['9007199254740993', '-1']);
    expect(failuresOf(chunks)).toEqual([[4, expect.stringContaining('column "n": 1.5 is not')]]);
  });

  it('reads quoted cells with commas, quotes and line feeds, wherever the pieces end', async () => {
    const text = '\uFEFF"text",n\r\n"a, ""b""\r\nc",1\r\nplain,2\r\n"d\n\n""",3';
    for (let pieceBytes = 1; pieceBytes < 20; pieceBytes += 1) {
      const chunks = await read(text, { binding: texts, pieceBytes, chunk: { records: 1 } });
      expect(rowsOf(chunks)).toEqual([['a, "b"\r\nc'], ['plain'], ['d\n\n"']]);
      expect(chunks.map(({ start }) => start.line)).toEqual([1, 4, 5]);
      expect(chunks.at(-1)?.end).toEqual({ offset: Buffer.byteLength(text), line: 8 });
    }
  });

  it('fails a record with too few or too many cells, and one that is not CSV', async () => {
    const chunks = await read('a,text\n1,x\n2\n3,y,z\n4,y"z"\n5,w', { binding: texts });
    expect(rowsOf(chunks)).toEqual([['x'], ['w']]);
    expect(failuresOf(chunks)).toEqual([
      [3, 'the record has 1 cells, but the header names 2 columns'],
      [4, 'the record has 3 cells, but the header names 2 columns'],
      [5, expect.stringContaining('the record is not CSV: Invalid Opening Quote')],
    ]);
  });

  it('refuses a file without the columns of the model, naming all of them', async () => {
    const binding = { ...texts, carried: ['id'] };
    const reading = read('a,b\n1,2\n', { binding });
    await expect(reading).rejects.toThrow(RecordsError);
    await expect(reading).rejects.toThrow(
      'column "text" of input "text" (BYTES [1]) is missing; column "id" is missing, and was asked for; the header has "a", "b"',
    );
    await expect(read('text,text\na,b', { binding: texts })).rejects.toThrow(
      'column "text" is there twice',
    );
  });

  it('refuses a quote that is never closed, and tells where it opens', async () => {
    await expect(read('text\na\n"b\nc\n', { binding: texts })).rejects.toThrow(
      'the quote that opens in the record of line 3 is never closed',
    );
  });

  it('gives no record for an empty file and for a header alone', async () => {
    expect(await read('', { binding: texts })).toMatchObject([{ records: 0 }]);
    expect(await read('text\n', { binding: texts })).toMatchObject([
      { records: 0, start: { offset: 0, line: 1 }, end: { offset: 5, line: 2 } },
    ]);
  });

  it('goes on behind any chunk', async () => {
    const text = 'text\n"a\nb"\nc\n\nd\n"e"';
    const whole = await read(text, { binding: texts, chunk: { records: 1 } });
    for (const [index, { end }] of whole.entries()) {
      const rest = await read(text, { binding: texts, chunk: { records: 1 }, from: end });
      expect(rowsOf(rest)).toEqual(rowsOf(whole.slice(index + 1)));
      expect(rest.at(-1)?.end).toEqual(whole.at(-1)?.end);
    }
  });
});
