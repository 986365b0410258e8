import { createHash } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { awsName } from '../../../lib/model-repository/aws-name.ts';
import { type Problem, RepositoryError } from '../../../lib/model-repository/problem.ts';
import {
  inspectModelRepository,
  readModelRepository,
} from '../../../lib/model-repository/read-model-repository.ts';
import { type Files, makeFolder } from '../../fixtures/model-folder.ts';
import { buildOnnx } from '../../fixtures/onnx-builder.ts';
import { addConstant } from '../../fixtures/onnx-models.ts';

const model = addConstant(1);

function problemsOf(folder: string): readonly Problem[] {
  try {
    readModelRepository(folder);
  } catch (error) {
    if (error instanceof RepositoryError) return error.problems;
    throw error;
  }
  return [];
}

const problemsIn = (files: Files) => problemsOf(makeFolder(files));

describe('A repository without configuration', () => {
  it('serves a folder that holds only 1/model.onnx', () => {
    const { models } = readModelRepository(makeFolder({ 'm/1/model.onnx': model }));
    expect(models).toMatchObject([
      {
        name: 'm',
        awsName: 'm',
        live: '1',
        config: { memory: 1024, timeout: 28, rollout: { strategy: 'canary', percent: 10 } },
        versions: [
          {
            version: '1',
            artifact: {
              bytes: model.length,
              digest: createHash('sha256').update(model).digest('hex'),
            },
            inputs: [{ name: 'x', datatype: 'FP32', shape: [-1] }],
            outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }],
          },
        ],
      },
    ]);
  });

  it('orders versions as numbers and makes the highest live', () => {
    const files = Object.fromEntries(['2', '10', '9'].map((v) => [`m/${v}/model.onnx`, model]));
    const [found] = readModelRepository(makeFolder(files)).models;
    expect(found?.versions.map(({ version }) => version)).toEqual(['2', '9', '10']);
    expect(found?.live).toBe('10');
  });

  it('ignores files beside the models and whatever begins with a dot', () => {
    const files = {
      'README.md': 'models',
      '.git/config': '',
      'm/notes.txt': '',
      'm/.cache/x': '',
      'm/1/model.onnx': model,
      'm/1/labels.txt': '',
    };
    expect(problemsIn(files)).toEqual([]);
  });
});

describe('A repository with model.yaml', () => {
  it('narrows the versions, moves live and tells where each value came from', () => {
    const folder = makeFolder({
      'm/1/model.onnx': model,
      'm/2/model.onnx': model,
      'm/3/': '',
      'm/model.yaml': 'live: 1\nversions: [2, 1]\nmemory: 512\nrollout: {strategy: all-at-once}\n',
    });
    const [found] = readModelRepository(folder).models;
    expect(found).toMatchObject({ live: '1', config: { memory: 512 } });
    expect(found?.versions.map(({ version }) => version)).toEqual(['1', '2']);
    expect(found?.config.rollout).toEqual({ strategy: 'all-at-once' });
    expect(found?.origins).toMatchObject({
      live: 'model.yaml:1',
      memory: 'model.yaml:3',
      'rollout.strategy': 'model.yaml:4',
      timeout: 'default',
    });
  });

  it('reports mistakes inside fields, between fields and folders, and in artifacts at once', () => {
    const problems = problemsIn({
      'm/1/model.onnx': model.subarray(0, model.length / 2),
      'm/model.yaml': 'timeout: 40\nlive: 7\nversions: [1, 8]\nmemry: 1\n',
    });
    expect(problems.map(({ line, field }) => [line, field])).toEqual([
      [1, 'timeout'],
      [2, 'live'],
      [3, 'versions'],
      [4, 'memry'],
      [undefined, undefined],
    ]);
    expect(problems.at(-1)?.problem).toContain('cut off');
  });

  it('refuses provisioned concurrency with weighted shifting, and says why', () => {
    const yaml = (strategy: string) =>
      `provisionedConcurrency: 2\nrollout: {strategy: ${strategy}}\n`;
    for (const strategy of ['canary', 'linear']) {
      const files = { 'm/1/model.onnx': model, 'm/model.yaml': yaml(strategy) };
      expect(problemsIn(files)).toMatchObject([
        { line: 1, problem: expect.stringContaining('Lambda refuses weights') },
      ]);
    }
    const files = { 'm/1/model.onnx': model, 'm/model.yaml': yaml('all-at-once') };
    expect(problemsIn(files)).toEqual([]);
  });

  it('refuses a live version that is not addressable', () => {
    const problems = problemsIn({
      'm/1/model.onnx': model,
      'm/2/model.onnx': model,
      'm/model.yaml': 'live: 2\nversions: [1]\n',
    });
    expect(problems).toMatchObject([{ line: 1, field: 'live', seen: '2' }]);
  });
});

describe('A broken repository', () => {
  it.each<[string, Files, string, string]>([
    ['no models', { 'README.md': '' }, '', 'holds no model'],
    ['a model without versions', { 'm/': '' }, 'm', 'holds no version'],
    ['a version without model', { 'm/1/': '' }, 'm/1/model.onnx', 'is missing'],
    ['an empty model', { 'm/1/model.onnx': '' }, 'm/1/model.onnx', 'is empty'],
    ['something else', { 'm/1/model.onnx': 'pickle' }, 'm/1/model.onnx', 'not an ONNX file'],
    [
      'a Git LFS pointer',
      { 'm/1/model.onnx': 'version https://git-lfs.github.com/spec/v1\n' },
      'm/1/model.onnx',
      'git lfs pull',
    ],
    ['a version 01', { 'm/01/model.onnx': model }, 'm/01', 'is not a version'],
    ['a version v2', { 'm/v2/model.onnx': model }, 'm/v2', 'is not a version'],
    ['a version 0', { 'm/0/model.onnx': model }, 'm/0', 'is not a version'],
    ['a model without version folder', { 'm/model.onnx': model }, 'm/model.onnx', 'would not be'],
    ['a model without folder', { 'm.onnx': model }, 'm.onnx', 'would not be served'],
    [
      'a misspelt model.yaml',
      { 'm/1/model.onnx': model, 'm/model.yml': '' },
      'm/model.yml',
      'is not read',
    ],
    ['a bad name', { 'my model/1/model.onnx': model }, 'my model', 'cannot be the name'],
    [
      'a broken card.json',
      { 'm/1/model.onnx': model, 'm/1/card.json': '{' },
      'm/1/card.json',
      'not valid JSON',
    ],
    [
      'a broken golden.json',
      { 'm/1/model.onnx': model, 'm/1/golden.json': '{"cases": []}' },
      'm/1/golden.json',
      '',
    ],
  ])('names the file and what to do for %s', (_title, files, file, problem) => {
    const folder = makeFolder(files);
    const [first] = problemsOf(folder);
    expect(first).toMatchObject({
      file: file === '' ? folder : join(folder, file),
      problem: expect.stringContaining(problem),
      fix: expect.stringMatching(/\w/),
    });
  });

  it('reports models whose AWS names collide, also when only case differs', () => {
    const twin = awsName('a.b');
    for (const name of [twin, twin.toUpperCase()]) {
      const problems = problemsIn({ 'a.b/1/model.onnx': model, [`${name}/1/model.onnx`]: model });
      expect(problems).toMatchObject([{ problem: expect.stringContaining('same name in AWS') }]);
    }
  });

  it('tells of a folder that is not there', () => {
    expect(problemsOf('/nowhere/at/all')).toMatchObject([{ problem: 'is not a folder' }]);
  });

  it('reads one model only when asked, and no problem of another', () => {
    const folder = makeFolder({ 'a/1/model.onnx': model, 'b/1/': '', 'c d/': '' });
    expect(inspectModelRepository(folder, 'a')).toMatchObject({
      models: [{ name: 'a', problems: [] }],
      problems: [],
    });
  });
});

describe('External data', () => {
  const withData = (file: string) =>
    buildOnnx({
      inputs: [{ name: 'x', datatype: 'FP32', shape: [2] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: [2] }],
      nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
      initializers: [{ name: 'w', datatype: 'FP32', shape: [2], data: { file } }],
    });

  it('counts in size and digest', () => {
    const read = (weights: string) => {
      const files = { 'm/1/model.onnx': withData('w.bin'), 'm/1/w.bin': weights };
      const [found] = readModelRepository(makeFolder(files)).models;
      return found?.versions[0]?.artifact;
    };
    expect(read('12345678')).toMatchObject({
      bytes: withData('w.bin').length + 8,
      externalFiles: ['w.bin'],
    });
    expect(read('12345678')?.digest).not.toBe(read('12345679')?.digest);
  });

  it.each([
    ['w.bin', 'not there'],
    ['../w.bin', 'outside'],
    ['/etc/hostname', 'outside'],
    ['sub/../../w.bin', 'outside'],
  ])('is refused at %s', (location, problem) => {
    const problems = problemsIn({ 'm/1/model.onnx': withData(location), 'm/w.bin': '' });
    expect(problems).toMatchObject([{ seen: location, problem: expect.stringContaining(problem) }]);
  });

  it('is refused behind a link that leads out of the version', () => {
    const folder = makeFolder({ 'm/1/model.onnx': withData('w.bin'), 'secret.bin': 'x' });
    symlinkSync(join(folder, 'secret.bin'), join(folder, 'm/1/w.bin'));
    expect(problemsOf(folder)).toMatchObject([{ problem: expect.stringContaining('outside') }]);
  });
});
