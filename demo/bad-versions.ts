import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildOnnx } from '../training/onnx/onnx-writer.ts';

/**
 * Bad versions of `digits` as they happen in real life. They are ordinary ONNX files; nothing in the
 * serving code knows them.
 */

/** An old model released by mistake with the new one's golden answers: the check finds it out. */
export function wrongArtifact(versions: string, good: string, old: string, version: string): void {
  const folder = copyOf(good, versions, version);
  cpSync(join(versions, old, 'model.onnx'), join(folder, 'model.onnx'));
}

/** The folder of a new version with all of another but what was measured of its model. */
function copyOf(version: string, versions: string, name: string): string {
  const folder = join(versions, name);
  const filter = (path: string) => basename(path) !== 'profile.json';
  cpSync(join(versions, version), folder, { recursive: true, filter });
  return folder;
}

/** Entries of the look-up table that the careless version adds. */
const bands = 60;

/**
 * A version that also reports a brightness band, looked up in a table that ends at a brightness of
 * 0.6. Its golden images are dark, so it passes its check; a photograph of ink on white paper looks
 * up an entry that is not there, and the run fails.
 */
export function shortTable(versions: string, good: string, version: string, input: string): void {
  const folder = copyOf(good, versions, version);
  const addition = buildOnnx({
    inputs: [],
    outputs: [{ name: 'band', datatype: 'INT64', shape: [] }],
    nodes: [
      {
        op: 'ReduceMean',
        inputs: [input],
        outputs: ['brightness'],
        attributes: { keepdims: { int: 0 } },
      },
      { op: 'Mul', inputs: ['brightness', 'scale'], outputs: ['scaled'] },
      { op: 'Cast', inputs: ['scaled'], outputs: ['entry'], attributes: { to: { int: 7 } } },
      { op: 'Gather', inputs: ['table', 'entry'], outputs: ['band'] },
    ],
    initializers: [
      { name: 'scale', datatype: 'FP32', shape: [], data: Float32Array.of(100) },
      {
        name: 'table',
        datatype: 'INT64',
        shape: [bands],
        data: BigInt64Array.from({ length: bands }, (_, at) => BigInt(Math.floor(at / 10))),
      },
    ],
  });
  // Protocol buffers that are concatenated are merged: the nodes join the model's own graph.
  const model = readFileSync(join(folder, 'model.onnx'));
  writeFileSync(join(folder, 'model.onnx'), Buffer.concat([model, addition]));
}
