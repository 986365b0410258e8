import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobPlaces } from '../../../cli/batch/job-places.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'siskin-places-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string) => {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, 'content');
  return file;
};

describe('jobPlaces', () => {
  it('leaves alone what lies in S3', () => {
    const given = { input: 's3://in/a/', output: 's3://out/b/' };
    expect(jobPlaces('spam', given, 'data')).toEqual({ ...given, files: [] });
  });

  it('gives a file and a folder places below the model, the same ones each time', () => {
    const file = put('mail.jsonl');
    const given = { input: file, output: join(folder, 'out') };
    const places = jobPlaces('my.model', given, 'data');
    expect(places.input).toMatch(
      /^s3:\/\/data\/batch\/my-model-[0-9a-f]{8}\/jobs\/[0-9a-f]{16}\/input\/mail\.jsonl$/,
    );
    expect(places.output).toMatch(/\/output\/$/);
    expect(places.folder).toBe(given.output);
    expect(places.files).toMatchObject([{ file, bytes: 7 }]);
    expect(jobPlaces('my.model', given, 'data')).toEqual(places);
    const other = { ...given, output: join(folder, 'other') };
    expect(jobPlaces('my.model', other, 'data').output).not.toBe(places.output);
  });

  it('takes the files below a folder, but no marks of other tools', () => {
    for (const name of ['b.csv', 'a/c.csv', '_SUCCESS', '.hidden', 'a/_temporary/x.csv']) put(name);
    const { files, input } = jobPlaces('m', { input: folder, output: 's3://o/p/' }, 'data');
    expect(input).toMatch(/\/input\/$/);
    expect(files.map(({ key }) => key.split('/input/')[1])).toEqual(['a/c.csv', 'b.csv']);
  });

  it('refuses what cannot be read or written, before anything is started', () => {
    const input = put('a.csv');
    expect(() => jobPlaces('m', { input, output: 's3://o/p' }, 'd')).toThrow('must end with "/"');
    const missing = { input: join(folder, 'nothing'), output: 's3://o/p/' };
    expect(() => jobPlaces('m', missing, 'd')).toThrow('does not exist');
    mkdirSync(join(folder, 'empty'));
    const empty = { input: join(folder, 'empty'), output: 's3://o/p/' };
    expect(() => jobPlaces('m', empty, 'd')).toThrow('a folder without files');
  });
});
