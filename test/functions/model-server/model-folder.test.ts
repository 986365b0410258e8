import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModelFolder } from '../../../functions/model-server/model-folder.ts';

/** A folder with these files, as an archive leaves it. */
function unpacked(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'siskin-unpacked-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const read = (files: Record<string, string>, model?: string) =>
  readModelFolder({ folder: unpacked(files), model });
const model = (config: string, ...versions: string[]) => ({
  'm/config.pbtxt': config,
  ...Object.fromEntries(versions.map((version) => [`m/${version}/model.onnx`, ''])),
});

describe('The unpacked model archive', () => {
  it('is the one model folder in it, or the one that is named', () => {
    expect(read(model('', '1'))).toMatchObject({ name: 'm', versions: ['1'] });
    const two = { ...model('', '1'), 'other/config.pbtxt': '' };
    expect(read(two, 'm').name).toBe('m');
    expect(() => read(two)).toThrow('several folders (m, other)');
  });

  it('serves the highest version, by number, unless its policy says otherwise', () => {
    const served = (policy: string) => read(model(policy, '1', '9', '10')).versions;
    expect(served('')).toEqual(['10']);
    expect(served('version_policy { latest { num_versions: 2 } }')).toEqual(['9', '10']);
    expect(served('version_policy { all {} }')).toEqual(['1', '9', '10']);
    expect(served('version_policy { specific { versions: [9, 1] } }')).toEqual(['1', '9']);
    expect(read(model('version_policy { specific { versions: 9 } }', '9', '10')).file).toMatch(
      /m\/9\/model\.onnx$/,
    );
  });

  it.each<[string, Record<string, string>, string | undefined, string]>([
    [
      'without the model folder',
      { 'config.pbtxt': '', '1/model.onnx': '' },
      undefined,
      'no model folder, but holds only 1',
    ],
    ['without the folder that is named', model('', '1'), 'other', '"other", but the model archive'],
    ['that is empty', {}, undefined, 'holds no folder; lay it out as <model>/config.pbtxt'],
    ['without a configuration', { 'm/1/model.onnx': '' }, 'm', 'has no m/config.pbtxt'],
    ['with a configuration of another name', model('name: "n"', '1'), 'm', 'names the model "n"'],
    [
      'with a configuration that is none',
      model('nam: "n"', '1'),
      'm',
      'line 1, column 1: unknown field "nam"',
    ],
    ['without a version', { 'm/config.pbtxt': '' }, 'm', 'has no version folder'],
    [
      'without the model itself',
      { ...model('', '1'), 'm/2/readme': '' },
      'm',
      'm/2 in the model archive has no model.onnx',
    ],
    [
      'without a version that its policy names',
      model('version_policy { specific { versions: [1, 4] } }', '1'),
      'm',
      'asks for 4, but there are 1',
    ],
  ])('is refused %s', (_, files, name, problem) => {
    expect(() => read(files, name)).toThrow(problem);
  });
});
