import { describe, expect, it } from 'vitest';
import { formOf, partExtension } from '../../../serving/records/formats.ts';

describe('the form of an object', () => {
  it.each([
    ['a/b.jsonl', 'jsonl', undefined],
    ['b.NDJSON', 'jsonl', undefined],
    ['b.jsonl.gz', 'jsonl', 'gzip'],
    ['b.csv', 'csv', undefined],
    ['b.csv.zst', 'csv', 'zstd'],
    ['b.parquet', 'parquet', undefined],
  ])('%s is told by its extension', (key, format, compression) => {
    expect(formOf(key)).toEqual({ format, compression });
  });

  it('is refused with what to do, when the extension says nothing', () => {
    expect(() => formOf('data/readme.txt')).toThrow(
      '"data/readme.txt" has none of the extensions .jsonl, .ndjson, .csv, .parquet (text also with .gz or .zst behind); rename it, or leave it out of the input',
    );
    expect(() => formOf('x.parquet.gz')).toThrow(
      '"x.parquet.gz" is parquet packed as .gz, but parquet compresses itself; store it as .parquet',
    );
  });

  it('names the extension of parts', () => {
    expect(['jsonl', 'csv', 'parquet'].map((format) => partExtension(format as 'csv'))).toEqual([
      'jsonl',
      'csv',
      'parquet',
    ]);
  });
});
