import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { optimizedModel } from '../../../build/optimization/optimized-model.ts';
import { prepareModel } from '../../../build/prepare-model.ts';
import type { ModelVersion } from '../../../lib/model-repository/model.ts';
import { readModelRepository } from '../../../lib/model-repository/read-model-repository.ts';
import type { AnswerCheck } from '../../../serving/contract/answer-check.ts';
import { makeFolder } from '../../fixtures/model-folder.ts';
import { buildOnnx, type OnnxModel } from '../../fixtures/onnx-builder.ts';
import { addConstant, identity } from '../../fixtures/onnx-models.ts';
import { residualNetwork } from '../../fixtures/residual-network.ts';

const network = () => residualNetwork({ stages: [8, 24], blocks: 1, size: 16, classes: 3 });
const architecture = process.arch as 'x64' | 'arm64';
const isLinuxOnX64 = process.platform === 'linux' && process.arch === 'x64';

/** Two matrices and no image: nothing in it depends on the processor. */
const perceptron = (change: Partial<OnnxModel> = {}): Uint8Array =>
  buildOnnx({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['n', 32] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['n', 64] }],
    nodes: [
      { op: 'MatMul', inputs: ['x', 'w'], outputs: ['h'] },
      { op: 'Relu', inputs: ['h'], outputs: ['y'] },
    ],
    initializers: [
      {
        name: 'w',
        datatype: 'FP32',
        shape: [32, 64],
        data: Float32Array.from({ length: 32 * 64 }, (_, index) => (index % 17) / 17 - 0.5),
      },
    ],
    ...change,
  });

/** Optimizes a model, small as it is; `warnings` says why not. */
async function optimized(
  model: Uint8Array,
  options: Partial<Parameters<typeof optimizedModel>[2]> & { readonly golden?: unknown } = {},
) {
  const { golden, ...rest } = options;
  const folder = makeFolder({
    'm/1/model.onnx': model,
    ...(golden !== undefined && { 'm/1/golden.json': JSON.stringify(golden) }),
  });
  const source = readModelRepository(folder).models[0]?.versions[0] as ModelVersion;
  const warnings: string[] = [];
  const outDir = options.outDir ?? makeFolder();
  const form = await optimizedModel(prepareModel(source, outDir), source, {
    outDir,
    architecture,
    warn: (message) => warnings.push(message),
    leastBytes: 0,
    ...rest,
  });
  const check = form?.files.find(({ path }) => path === 'check.json');
  return {
    form,
    outDir,
    warnings,
    check: check && (JSON.parse(readFileSync(check.source, 'utf8')) as AnswerCheck),
  };
}

describe('The optimized form of a model', () => {
  it('has its weights in a file of their own, and a check of its answer', async () => {
    const { form, warnings, check } = await optimized(perceptron());
    expect(warnings).toEqual([]);
    expect(form?.files.map(({ path }) => path)).toEqual([
      'check.json',
      'model.onnx',
      'weights.bin',
    ]);
    expect(form?.bytes).toBe(form?.files.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(check?.inputs).toMatchObject([{ name: 'x', datatype: 'FP32', shape: [1, 32] }]);
    expect(check?.outputs).toMatchObject([{ name: 'y', datatype: 'FP32', shape: [1, 64] }]);
  });

  it('is bound to no processor when nothing in it was laid out for one', async () => {
    const { form } = await optimized(perceptron());
    expect(form).toMatchObject({ architecture });
    expect(form).not.toHaveProperty('processor');
  });

  it.runIf(isLinuxOnX64)(
    'is bound to the kind of processor that its images are laid out for',
    async () => {
      const { form } = await optimized(network());
      expect(form?.processor).toMatch(/^x64-nchw(8|16)c$/);
    },
  );

  it('is checked by a golden request where there is one', async () => {
    const request = {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [2], data: [[5], [6]] }],
    };
    const outputs = [{ name: 'y', datatype: 'FP32', shape: [2], data: [6, 7] }];
    const golden = {
      tolerance: { absolute: 0, relative: 0 },
      cases: [{ name: 'five and six', request, outputs }],
    };
    const { check } = await optimized(addConstant(1), { golden });
    const data = Buffer.from(Float32Array.of(6, 7).buffer).toString('base64');
    expect(check?.outputs).toEqual([{ name: 'y', datatype: 'FP32', shape: [2], data }]);
  });

  it('is made once: the next build reads it', async () => {
    const first = await optimized(perceptron());
    const folder = join(first.outDir, 'optimized');
    const before = readdirSync(folder);
    expect((await optimized(perceptron(), { outDir: first.outDir })).form).toEqual(first.form);
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe('A model is served as it was released', () => {
  it('when it is small', async () => {
    const { form, warnings } = await optimized(perceptron(), { leastBytes: 1024 * 1024 });
    expect([form, warnings]).toEqual([undefined, []]);
  });

  it('when its function has another processor architecture than this machine', async () => {
    const foreign = architecture === 'x64' ? 'arm64' : 'x64';
    const { form, warnings } = await optimized(perceptron(), { architecture: foreign });
    expect([form, warnings]).toEqual([undefined, []]);
  });

  it.each([
    [
      'onnxruntime refuses it',
      () => perceptron({ nodes: [{ op: 'Unheard', inputs: ['x'], outputs: ['y'] }] }),
      /is served as it is: onnxruntime refuses it: .*Unheard/,
    ],
    [
      'its answers are random, so that nothing can be compared',
      () =>
        perceptron({
          nodes: [
            { op: 'RandomNormalLike', inputs: ['x'], outputs: ['r'] },
            { op: 'MatMul', inputs: ['r', 'w'], outputs: ['y'] },
          ],
        }),
      /it answers the same request differently each time: output "y"/,
    ],
    [
      'its halves cannot be compared',
      () => identity('FP16'),
      /its FP16 or BF16 tensors cannot be compared/,
    ],
  ])('when %s, which is said once', async (_, model, reason) => {
    const { form, warnings, outDir } = await optimized(model());
    expect(form).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(reason)]);
    expect((await optimized(model(), { outDir })).warnings).toEqual([]);
  });
});
