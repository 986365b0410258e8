import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeOutputFolder } from '../../build/output-folder.ts';

const temporary = () => mkdtempSync(join(tmpdir(), 'siskin-output-'));

describe('An output folder', () => {
  it('holds exactly the files that it is given', () => {
    const root = temporary();
    writeOutputFolder(join(root, 'out'), [{ path: 'old.txt', content: 'old' }]);
    writeOutputFolder(join(root, 'out'), [{ path: 'a/new.txt', content: 'new' }]);
    expect(readdirSync(join(root, 'out'), { recursive: true }).sort()).toEqual(['a', 'a/new.txt']);
  });

  it('is left as it was, and nothing beside it, when a file cannot be had', () => {
    const root = temporary();
    writeOutputFolder(join(root, 'out'), [{ path: 'kept.txt', content: 'kept' }]);
    const broken = [{ path: 'x', source: join(root, 'not there') }];
    expect(() => writeOutputFolder(join(root, 'out'), broken)).toThrow(/ENOENT/);
    expect(readdirSync(root, { recursive: true }).sort()).toEqual(['out', 'out/kept.txt']);
  });

  it('does not follow later changes of its sources', () => {
    const root = temporary();
    const source = join(root, 'model.onnx');
    writeFileSync(source, 'one');
    writeOutputFolder(join(root, 'out'), [{ path: 'model.onnx', source }]);
    writeFileSync(source, 'two');
    expect(readFileSync(join(root, 'out', 'model.onnx'), 'utf8')).toBe('one');
  });
});
