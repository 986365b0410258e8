import { mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { artifactFacts, type Card, rounded } from '../../../training/artifact/card.ts';
import { recordGolden } from '../../../training/artifact/golden.ts';
import { ArtifactSession, numbersOf } from '../../../training/artifact/session.ts';
import {
  differences,
  type TrainedVersion,
  writeVersion,
} from '../../../training/artifact/version-folder.ts';
import { addSubtract, identity } from '../../fixtures/onnx-models.ts';

let repository: string;
beforeEach(async () => {
  repository = await mkdtemp(join(tmpdir(), 'siskin-training-'));
});
afterEach(() => rm(repository, { recursive: true }));

const request = {
  inputs: [
    {
      name: 'x',
      datatype: 'FP32' as const,
      shape: [2, 2],
      data: [
        [1, 0.1],
        [3, 4],
      ],
    },
  ],
};

async function trained(): Promise<TrainedVersion> {
  const onnx = identity('FP32', [-1, 2]);
  const session = await ArtifactSession.open(onnx);
  const golden = await recordGolden(session, [{ name: 'a case', request }]);
  const card = { artifact: artifactFacts(onnx), limits: ['[\n 1, 2 ]'] } as unknown as Card;
  return { model: 'm', version: '1', onnx, golden, card };
}

describe('writeVersion', () => {
  it('writes files that hold what was trained, lists of numbers on one line', async () => {
    const version = await trained();
    await writeVersion(repository, version);
    const read = (name: string) => readFile(join(repository, 'm', '1', name));
    expect(new Uint8Array(await read('model.onnx'))).toEqual(version.onnx);
    expect(JSON.parse(String(await read('card.json')))).toEqual(version.card);
    const golden = String(await read('golden.json'));
    expect(JSON.parse(golden)).toEqual(version.golden);
    expect(golden).toContain('"data": [1, 0.1, 3, 4]');
  });
});

describe('writeVersion of a model that comes with a package', () => {
  it('lays a relative link, and never writes through one that is there', async () => {
    const version = await trained();
    const theirs = join(repository, 'their.onnx');
    await writeFile(theirs, version.onnx);
    const linked = { ...version, linkTo: theirs };
    await writeVersion(repository, linked);
    const path = join(repository, 'm', '1', 'model.onnx');
    expect(await readlink(path)).toBe('../../their.onnx');
    expect(await differences(repository, linked)).toEqual([]);
    await writeVersion(repository, { ...version, onnx: new Uint8Array([1]) });
    expect(new Uint8Array(await readFile(theirs))).toEqual(version.onnx);
  });
});

describe('differences', () => {
  it('names files that are missing and files with other bytes', async () => {
    const version = await trained();
    const folder = join(repository, 'm', '1');
    expect(await differences(repository, version)).toHaveLength(3);
    await writeVersion(repository, version);
    expect(await differences(repository, version)).toEqual([]);
    await writeFile(join(folder, 'card.json'), '{}');
    expect(await differences(repository, version)).toEqual([join(folder, 'card.json')]);
  });
});

describe('recordGolden', () => {
  it('keeps the request as asked and the answers to the digits that FP32 holds', async () => {
    const { golden } = await trained();
    expect(golden.cases).toEqual([
      {
        name: 'a case',
        request,
        outputs: [{ name: 'y', datatype: 'FP32', shape: [2, 2], data: [1, 0.1, 3, 4] }],
      },
    ]);
  });
});

describe('numbersOf', () => {
  it('names the outputs that there are when asked for another', async () => {
    const session = await ArtifactSession.open(addSubtract());
    const input = { datatype: 'FP32' as const, shape: [1, 4], data: [1, 2, 3, 4] };
    const outputs = await session.infer({
      inputs: [
        { ...input, name: 'a' },
        { ...input, name: 'b' },
      ],
    });
    expect(numbersOf(outputs, 'sum')).toEqual([2, 4, 6, 8]);
    expect(() => numbersOf(outputs, 'product')).toThrow(
      'The model has no output product; it has sum, difference.',
    );
  });
});

describe('rounded', () => {
  it('rounds every number inside, however deep, to four decimals', () => {
    expect(rounded({ a: 0.123456, b: [{ c: 2 / 3 }], d: 7, e: 'x' })).toEqual({
      a: 0.1235,
      b: [{ c: 0.6667 }],
      d: 7,
      e: 'x',
    });
  });
});
