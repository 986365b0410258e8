import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { zipFolder } from '../../../local/assembly/zip-folder.ts';

async function zip(folder: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of zipFolder(folder)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zip-'));
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'index.js'), 'exports.x = 1;');
  writeFileSync(join(folder, 'sub', 'empty'), '');
  writeFileSync(join(folder, 'sub', 'large'), Buffer.alloc(200_000, 7));
  return folder;
}

test('a folder comes out of its archive as it went in', async () => {
  const files = unzipSync(await zip(newFolder()));
  expect(Object.keys(files).sort()).toEqual(['index.js', 'sub/empty', 'sub/large']);
  expect(Buffer.from(files['index.js'] ?? []).toString()).toBe('exports.x = 1;');
  expect(Buffer.from(files['sub/large'] ?? []).equals(Buffer.alloc(200_000, 7))).toBe(true);
});

test('equal folders have equal archives, whenever they were written', async () => {
  expect((await zip(newFolder())).equals(await zip(newFolder()))).toBe(true);
});
