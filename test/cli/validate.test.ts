import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../cli/command-error.ts';
import { validate } from '../../cli/validate.ts';
import { validationJson, validationText } from '../../cli/validation/report.ts';
import { type Files, makeFolder } from '../fixtures/model-folder.ts';
import { buildOnnx, type OnnxNode } from '../fixtures/onnx-builder.ts';
import { addConstant, gather, identity } from '../fixtures/onnx-models.ts';

// One output folder for the file: the layer and the bundles are built once.
const outDir = 'dist';

const check = (files: Files, only?: string) => validate(makeFolder(files), only, outDir);

const golden = (expected: number, input = 'x') =>
  JSON.stringify({
    tolerance: { absolute: 1e-5, relative: 1e-5 },
    cases: [
      {
        name: 'two numbers',
        request: { inputs: [{ name: input, datatype: 'FP32', shape: [2], data: [1, 2] }] },
        outputs: [{ name: 'y', datatype: 'FP32', shape: [2], data: [2, expected] }],
      },
    ],
  });

function modelOf(nodes: readonly OnnxNode[], opset = 17): Uint8Array {
  const tensor = (name: string) => ({ name, datatype: 'FP32' as const, shape: [2] });
  const domains = { 'com.example': 1 };
  return buildOnnx({ opset, domains, inputs: [tensor('x')], outputs: [tensor('y')], nodes });
}

describe('Validating a repository', () => {
  it('finds nothing wrong with sound models, and tells what takes the room', async () => {
    const { problems, models } = await check({
      'm/1/model.onnx': addConstant(1),
      'm/1/golden.json': golden(3),
      'm/2/model.onnx': identity('FP32'),
    });
    expect(problems).toEqual([]);
    expect(models[0]?.versions.map(({ goldenCases }) => goldenCases)).toEqual([1, undefined]);
    const rows = models[0]?.package?.rows.map(({ what, from }) => [what, from]);
    expect(rows).toEqual([
      ['onnxruntime', 'layer'],
      ['code', 'package'],
      ['version 1', 'package'],
      ['version 2 (live)', 'package'],
    ]);
  });

  it('names every unknown operator with the version of its set', async () => {
    const { problems } = await check({
      'm/1/model.onnx': modelOf([
        { op: 'Frobnicate', domain: 'com.example', inputs: ['x'], outputs: ['a'] },
        { op: 'Relux', inputs: ['a'], outputs: ['b'] },
        { op: 'Relu', inputs: ['b'], outputs: ['y'] },
      ]),
    });
    expect(problems).toMatchObject([
      { field: 'operator com.example:Frobnicate', seen: 'version 1, 1 node' },
      { field: 'operator ai.onnx:Relux', seen: 'version 17, 1 node' },
    ]);
  });

  it('names the newest supported opset when a model is newer', async () => {
    const relu = { op: 'Relu', inputs: ['x'], outputs: ['y'] };
    const { problems } = await check({ 'm/1/model.onnx': modelOf([relu], 99) });
    expect(problems).toMatchObject([
      {
        field: 'opset ai.onnx',
        seen: '99',
        fix: expect.stringMatching(/opset version \d+ or lower/),
      },
    ]);
  });

  it('reports a graph that onnxruntime refuses for another reason', async () => {
    const broken = modelOf([{ op: 'Relu', inputs: ['nowhere'], outputs: ['y'] }]);
    const { problems } = await check({ 'm/1/model.onnx': broken });
    expect(problems).toMatchObject([{ problem: expect.stringContaining('does not load') }]);
  });

  it('reports golden cases that are not reproduced, and those that are refused', async () => {
    const { problems } = await check({
      'm/1/model.onnx': addConstant(1),
      'm/1/golden.json': golden(4),
      'n/1/model.onnx': addConstant(1),
      'n/1/golden.json': golden(3, 'other'),
    });
    expect(problems).toMatchObject([
      { field: 'case "two numbers"', problem: expect.stringContaining('3 instead of 4') },
      { field: 'case "two numbers"', problem: expect.stringContaining('is refused') },
    ]);
  });

  it('refuses a breaking change, unless model.yaml accepts it', async () => {
    const files = { 'm/1/model.onnx': addConstant(1), 'm/2/model.onnx': gather() };
    expect((await check(files)).problems.map(({ field }) => field)).toEqual([
      'input x',
      'input index',
    ]);
    expect((await check({ ...files, 'm/model.yaml': 'breaking: true' })).problems).toEqual([]);
  });

  it('loads the versions of a model whose model.yaml is wrong, to report all at once', async () => {
    const { problems } = await check({
      'm/model.yaml': 'memry: 1\n',
      'm/1/model.onnx': modelOf([{ op: 'Relux', inputs: ['x'], outputs: ['y'] }]),
    });
    expect(problems.map(({ field }) => field)).toEqual(['memry', 'operator ai.onnx:Relux']);
  });

  it('checks one model when asked', async () => {
    const files = { 'm/1/model.onnx': addConstant(1), 'n/1/': '' };
    expect((await check(files, 'm')).problems).toEqual([]);
  });

  it('could not try when the folder or the model is not there', async () => {
    const missing = validate('/nowhere', undefined, outDir);
    await expect(missing).rejects.toMatchObject({ exitCode: 2 });
    const misspelt = check({ 'digits/1/model.onnx': addConstant(1) }, 'digts');
    await expect(misspelt).rejects.toThrow(CommandError);
    await expect(misspelt).rejects.toThrow('nearest is "digits"');
  });
});

describe('The report', () => {
  it('has each problem with file, field, value and what to do, and no colours in a file', async () => {
    const validation = await check({
      'm/1/model.onnx': addConstant(1),
      'm/model.yaml': '# comment\ntimeout: 99\n',
    });
    const text = validationText(validation, new PassThrough());
    expect(text).toContain(
      'm/model.yaml:2 timeout: must be a whole number from 1 to 29 (seen: 99)',
    );
    expect(text).not.toContain('\u001b');
  });

  it('is one JSON document for machines', async () => {
    const document = JSON.parse(validationJson(await check({ 'm/1/model.onnx': addConstant(1) })));
    expect(document).toMatchObject({
      ok: true,
      models: [{ name: 'm', live: '1', versions: [{ version: '1' }] }],
      problems: [],
    });
  });
});
