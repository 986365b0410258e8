import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildModelArchive } from '../../build/model-archive.ts';
import { makeFolder } from '../fixtures/model-folder.ts';

const folder = () => makeFolder({ 'model.onnx': 'graph', 'weights/a.bin': 'weights' });

const input = (from: string) => ({
  name: 'detect',
  version: {
    version: '2',
    digest: 'abc',
    files: ['model.onnx', 'weights/a.bin'].map((path) => ({ path, source: join(from, path) })),
  },
  config: 'name: "detect"\n',
});

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('The archive of a model', () => {
  it('holds the model folder with configuration, version and external data, as tar reads it', async () => {
    const { path, bytes } = await buildModelArchive(input(folder()), makeFolder());
    expect(path).toMatch(/model\.tar\.gz$/);
    expect(bytes).toBe(readFileSync(path).length);
    const list = execFileSync('tar', ['tzf', path], { encoding: 'utf8' });
    expect(list.trim().split('\n')).toEqual([
      'detect/config.pbtxt',
      'detect/2/model.onnx',
      'detect/2/weights/a.bin',
    ]);
    const config = execFileSync('tar', ['xzOf', path, 'detect/config.pbtxt'], { encoding: 'utf8' });
    expect(config).toBe('name: "detect"\n');
  });

  it('holds the file behind a link, wherever that lies', async () => {
    const [from, elsewhere] = [folder(), makeFolder({ 'theirs.onnx': 'their graph' })];
    rmSync(join(from, 'model.onnx'));
    symlinkSync(join(elsewhere, 'theirs.onnx'), join(from, 'model.onnx'));
    const { path } = await buildModelArchive(input(from), makeFolder());
    const graph = execFileSync('tar', ['xzOf', path, 'detect/2/model.onnx'], { encoding: 'utf8' });
    expect(graph).toBe('their graph');
  });

  it('is the same to the byte, whenever and wherever it is made', async () => {
    const from = folder();
    const first = await buildModelArchive(input(from), makeFolder());
    utimesSync(join(from, 'model.onnx'), new Date(1e12), new Date(1e12));
    const second = await buildModelArchive(input(from), makeFolder());
    expect(sha256(second.path)).toBe(sha256(first.path));
    expect(second.digest).toBe(first.digest);
  });

  it('is another one for another configuration, version or name', async () => {
    const from = folder();
    const outDir = makeFolder();
    const base = input(from);
    const variants = [
      base,
      { ...base, config: 'name: "other"\n' },
      { ...base, name: 'other' },
      { ...base, version: { ...base.version, version: '3' } },
    ];
    const digests = [];
    for (const one of variants) digests.push((await buildModelArchive(one, outDir)).digest);
    expect(new Set(digests).size).toBe(variants.length);
  });
});
