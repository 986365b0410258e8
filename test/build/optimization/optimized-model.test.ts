import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { optimizedModel } from '../../../build/optimization/optimized-model.ts';
import { prepareModel } from '../../../build/prepare-model.ts';
import type { ModelVersion } from '../../../lib/model-repository/model.ts';
import { readModelRepository } from '../../../lib/model-repository/read-model-repository.ts';
import { makeFolder } from '../../fixtures/model-folder.ts';
import { buildOnnx, type OnnxModel } from '../../fixtures/onnx-builder.ts';
import { identity } from '../../fixtures/onnx-models.ts';
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
  return { form, outDir, warnings };
}

describe('The optimized form of a model', () => {
  it('has its weights in a file of their own, and the version of onnxruntime that made it', async () => {
    const { form, warnings } = await optimized(perceptron());
    expect(warnings).toEqual([]);
    expect(form?.files.map(({ path }) => path)).toEqual(['model.onnx', 'weights.bin']);
    expect(form?.bytes).toBe(form?.files.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(form?.runtime).toBe(
      createRequire(import.meta.url)('onnxruntime-node/package.json').version,
    );
  });

  it('is bound to no processor when nothing in it was laid out for one', async () => {
    const { form } = await optimized(perceptron());
    expect(form).toMatchObject({ architecture });
    expect(form).not.toHaveProperty('layout');
  });

  it.runIf(isLinuxOnX64)(
    'is bound to the kind of processor that its images are laid out for, with a proof of it',
    async () => {
      const { form } = await optimized(network());
      expect(form?.files.map(({ path }) => path)).toContain('layout.onnx');
      const { processor, check } = form?.layout ?? {};
      expect(processor).toMatch(/^x64-nchw(8|16)c$/);
      expect(check?.outputs).toMatchObject([{ datatype: 'FP32', shape: [1, 16, 1, 1] }]);
      // The convolution by hand: weight 16 o + i, input i + 1.
      const answer = Buffer.from(String(check?.outputs[0]?.data), 'base64');
      const byHand = (o: number) =>
        Array.from({ length: 16 }, (_, i) => (16 * o + i) * (i + 1)).reduce((a, b) => a + b);
      expect([answer.readFloatLE(0), answer.readFloatLE(60)]).toEqual([byHand(0), byHand(15)]);
    },
  );

  it('is compared by golden requests where the model answers none that is made up', async () => {
    const pairs = perceptron({
      inputs: [{ name: 'x', datatype: 'FP32', shape: ['n'] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: [2, 3] }],
      nodes: [{ op: 'Reshape', inputs: ['x', 'shape'], outputs: ['y'] }],
      initializers: [
        { name: 'shape', datatype: 'INT64', shape: [2], data: BigInt64Array.of(2n, 3n) },
      ],
    });
    const data = [1, 2, 3, 4, 5, 6];
    const request = { inputs: [{ name: 'x', datatype: 'FP32', shape: [6], data }] };
    const outputs = [{ name: 'y', datatype: 'FP32', shape: [2, 3], data }];
    const golden = {
      tolerance: { absolute: 0, relative: 0 },
      cases: [{ name: 'two by three', request, outputs }],
    };
    expect((await optimized(pairs, { golden })).form).toBeDefined();
    const { form, warnings } = await optimized(pairs);
    expect(form).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('a golden.json would give it one')]);
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
