import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Objects } from '../../../cli/batch/objects.ts';
import { OutputFolder } from '../../../cli/batch/output-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'siskin-output-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A bucket with these keys, whose objects hold their own key. */
function bucket(...keys: string[]): Objects {
  return {
    async *list() {
      for (const key of keys) yield { key, size: key.length, etag: '' };
    },
    async download(key: string, file: string) {
      if (!keys.includes(key)) throw Object.assign(new Error(key), { name: 'NoSuchKey' });
      writeFileSync(file, key);
    },
  } as unknown as Objects;
}

describe('OutputFolder', () => {
  it('knows its own job again, and fetches its parts', async () => {
    for (let run = 0; run < 2; run++) {
      const output = new OutputFolder(folder, 's3://b/one/');
      const fetched = await output.fetch(bucket('out/part-0.jsonl'), 'out/');
      expect(fetched).toEqual({ files: 1, bytes: 16 });
    }
    expect(readFileSync(join(folder, 'part-0.jsonl'), 'utf8')).toBe('out/part-0.jsonl');
  });

  it('is free for another job as long as nothing was fetched', async () => {
    const later = join(folder, 'new');
    const refused = new OutputFolder(later, 's3://b/one/');
    expect(await refused.fetchErrors(bucket(), 'out/')).toEqual({ files: 0, bytes: 0 });
    expect(existsSync(later)).toBe(false);
    await new OutputFolder(later, 's3://b/two/').fetch(bucket(), 'out/');
    expect(readdirSync(later)).toEqual(['_siskin']);
  });

  it("refuses another job's folder and overwrites nothing", async () => {
    await new OutputFolder(folder, 's3://b/one/').fetch(bucket(), 'out/');
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
