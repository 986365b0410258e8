import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { prepareModel } from '../../build/prepare-model.ts';
import { artifactDigest } from '../../lib/model-repository/artifact-digest.ts';
import type { ModelVersion } from '../../lib/model-repository/model.ts';
import { readModelRepository } from '../../lib/model-repository/read-model-repository.ts';
import { makeFolder } from '../fixtures/model-folder.ts';
import { buildOnnx, type OnnxNode } from '../fixtures/onnx-builder.ts';
import { addConstant, identity } from '../fixtures/onnx-models.ts';

function versionOf(model: Uint8Array): ModelVersion {
  const { models } = readModelRepository(makeFolder({ 'm/1/model.onnx': model }));
  return models[0]?.versions[0] as ModelVersion;
}

const prepare = (version: ModelVersion) => prepareModel(version, makeFolder());

const servedFile = (version: ModelVersion) => prepare(version).files[0]?.source as string;

/** A classifier as scikit-learn exports it: its scores leave through a ZipMap. */
function classifier(attributes: NonNullable<OnnxNode['attributes']>): Uint8Array {
  const mapFrom = 'classlabels_strings' in attributes ? 'BYTES' : 'INT64';
  const zipMap = { op: 'ZipMap', domain: 'ai.onnx.ml', attributes };
  return buildOnnx({
    domains: { 'ai.onnx.ml': 1 },
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['n', 2] }],
    outputs: [{ name: 'probability', datatype: 'FP32', mapFrom }],
    nodes: [
      { op: 'Add', inputs: ['x', 'x'], outputs: ['scores'] },
      { ...zipMap, inputs: ['scores'], outputs: ['probability'] },
    ],
  });
}

/** Runs the file by onnxruntime-node's public interface; answers each float output's numbers. */
async function run(file: string, x: Tensor): Promise<Record<string, number[]>> {
  const session = await InferenceSession.create(file);
  try {
    const outputs = Object.entries(await session.run({ x }));
    return Object.fromEntries(
      outputs.map(([name, { data }]) => [name, [...(data as Float32Array)]]),
    );
  } finally {
    await session.release();
  }
}

describe('Preparing a model that onnxruntime-node takes as it is', () => {
  it('serves the file where it lies, byte for byte', () => {
    const version = versionOf(addConstant(1));
    expect(prepare(version)).toEqual({
      version: '1',
      bytes: version.artifact.bytes,
      digest: version.artifact.digest,
      inputs: version.inputs,
      outputs: version.outputs,
      files: [{ path: 'model.onnx', source: version.artifact.path }],
    });
  });
});

describe('Preparing a model that ends in a ZipMap', () => {
  const input = new Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]);

  it.each([
    [{ classlabels_int64s: { ints: [0, 1] } }, ['0', '1']],
    [{ classlabels_strings: { strings: ['ham', 'spam'] } }, ['ham', 'spam']],
  ])('serves its scores under the same name, with %j', async (attributes, labels) => {
    const version = versionOf(classifier(attributes));
    expect(version.zipMaps).toEqual([{ output: 'probability', labels }]);
    expect(version.outputs).toEqual([{ name: 'probability', datatype: 'FP32', shape: [-1, 2] }]);
    expect(await run(servedFile(version), input)).toEqual({ probability: [2, 4, 6, 8] });
  });

  it('states size and digest of the file that is served', () => {
    const version = versionOf(classifier({ classlabels_int64s: { ints: [0, 1] } }));
    const { bytes, digest, files } = prepare(version);
    const source = files[0]?.source as string;
    expect(bytes).toBe(readFileSync(source).length);
    expect(digest).toBe(artifactDigest([{ name: 'model.onnx', path: source }]));
    expect(digest).not.toBe(version.artifact.digest);
  });

  it('makes the same bytes each time, and once per output folder', () => {
    const version = versionOf(classifier({ classlabels_int64s: { ints: [0, 1] } }));
    const outDir = makeFolder();
    const first = prepareModel(version, outDir);
    expect(prepareModel(version, outDir)).toEqual(first);
    expect(prepareModel(version, makeFolder()).digest).toBe(first.digest);
  });
});

describe('Preparing a model with BF16 at its edges', () => {
  it('takes and gives float, so that onnxruntime-node can load it, and computes in BF16', async () => {
    const version = versionOf(identity('BF16', [-1]));
    expect(version.inputs).toEqual([{ name: 'x', datatype: 'BF16', shape: [-1] }]);
    const x = new Tensor('float32', Float32Array.of(1.5, -2, 1.001), [3]);
    // 1.001 is no BF16 value: the nearest is 1.
    expect(await run(servedFile(version), x)).toEqual({ y: [1.5, -2, 1] });
  });

  it('reaches every use of the input and output, the second one too', async () => {
    const bf16 = (name: string) => ({ name, datatype: 'BF16' as const, shape: ['n'] });
    const version = versionOf(
      buildOnnx({
        inputs: [bf16('x')],
        outputs: [bf16('a'), bf16('b')],
        nodes: [
          { op: 'Identity', inputs: ['x'], outputs: ['a'] },
          { op: 'Concat', inputs: ['a', 'x'], outputs: ['b'], attributes: { axis: { int: 0 } } },
        ],
      }),
    );
    const x = new Tensor('float32', Float32Array.of(3), [1]);
    expect(await run(servedFile(version), x)).toEqual({ a: [3], b: [3, 3] });
  });
});
