import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutputFolder } from '../../../cli/batch/output-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'siskin-output-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('OutputFolder', () => {
  it('takes an empty folder, makes a missing one, and knows its own job again', () => {
    new OutputFolder(folder, 's3://b/one/');
    new OutputFolder(folder, 's3://b/one/');
    new OutputFolder(join(folder, 'new'), 's3://b/two/');
    expect(readdirSync(join(folder, 'new'))).toEqual(['_siskin']);
  });

  it("refuses another job's folder and overwrites nothing", () => {
    new OutputFolder(folder, 's3://b/one/');
    expect(() => new OutputFolder(folder, 's3://b/two/')).toThrow(
      'holds the output of another job (s3://b/one/). Nothing was written',
    );
  });

  it('refuses a folder with files in it, and a file', () => {
    writeFileSync(join(folder, 'mine.txt'), 'precious');
    expect(() => new OutputFolder(folder, 's3://b/one/')).toThrow('is not empty');
    expect(() => new OutputFolder(join(folder, 'mine.txt'), 's3://b/one/')).toThrow(
      'is not a folder',
    );
    expect(readdirSync(folder)).toEqual(['mine.txt']);
  });
});
