import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readProfileFile } from '../../../lib/model-repository/profile-file.ts';
import { inspectModelRepository } from '../../../lib/model-repository/read-model-repository.ts';
import { makeFolder } from '../../fixtures/model-folder.ts';
import { identity } from '../../fixtures/onnx-models.ts';
import { exampleProfile } from '../placement/example-facts.ts';

const model = identity('FP32');
const digest = createHash('sha256').update(model).digest('hex');
const measured = JSON.stringify(exampleProfile(1, { artifact: digest }));

const read = (text: string, of?: string) => {
  const file = join(makeFolder({ 'profile.json': text }), 'profile.json');
  return readProfileFile(file, of);
};

describe('profile.json', () => {
  it('is read when it measures the artifact beside it', () => {
    expect(read(measured, digest)).toMatchObject({ profile: { artifact: digest }, problems: [] });
  });

  it('is refused when it measures another artifact', () => {
    expect(read(measured, 'b'.repeat(64)).problems).toMatchObject([
      { field: 'artifact', seen: digest, problem: expect.stringContaining('another artifact') },
    ]);
  });

  it.each([
    ['{', 'is not valid JSON'],
    ['{}', 'Invalid input'],
    [measured.replace('2026-11-22', 'yesterday'), 'must be a date such as 2026-11-22'],
    [measured.replace('"loadMs":10', '"loadMs":-1'), '>0'],
    [measured.replace('"node"', '"deno"'), 'deno'],
  ])('is refused as %.20s', (text, problem) => {
    const { problems } = read(text);
    expect(problems.map((each) => each.problem).join()).toContain(problem);
    expect(problems[0]?.fix).toBe('Remove the file, and measure again with siskin profile');
  });

  it('changes nothing about a version but that it is known', () => {
    const version = (files: Record<string, string | Uint8Array>) =>
      inspectModelRepository(makeFolder(files)).models[0]?.versions[0];
    const without = version({ 'm/1/model.onnx': model });
    const with_ = version({ 'm/1/model.onnx': model, 'm/1/profile.json': measured });
    expect(with_?.profile).toMatchObject({ artifact: digest });
    expect(with_?.artifact.digest).toBe(without?.artifact.digest);
    expect(with_?.artifact.bytes).toBe(without?.artifact.bytes);
  });

  it('that is broken is a problem of the repository', () => {
    const folder = makeFolder({ 'm/1/model.onnx': model, 'm/1/profile.json': '{}' });
    const [reading] = inspectModelRepository(folder).models;
    expect(reading?.model).toBeUndefined();
    expect(reading?.problems[0]?.file).toMatch(/m\/1\/profile\.json$/);
  });
});
