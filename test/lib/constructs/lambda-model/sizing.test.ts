import { describe, expect, it } from 'vitest';
import type { ServedVersion } from '../../../../build/model-package.ts';
import { intraOpThreads, loadProblems } from '../../../../lib/constructs/lambda-model/sizing.ts';
import { readModelRepository } from '../../../../lib/model-repository/read-model-repository.ts';
import { loadSeconds } from '../../../../lib/placement/function-size.ts';
import { oneModel, writeRepository } from '../../../fixtures/inference-app.ts';

const megabyte = 1e6;

const served = (version: string, bytes: number, files = 1): ServedVersion => ({
  version,
  bytes,
  digest: version,
  inputs: [],
  outputs: [],
  files: Array.from({ length: files }, (_, index) => ({ path: `${index}`, source: `${index}` })),
});

const [model] = readModelRepository(writeRepository(oneModel)).models;
if (!model) throw new Error('no model');
const problemsOf = (...outside: ServedVersion[]) =>
  loadProblems(model, { inside: [], outside }).map(({ problem }) => problem);

describe('Threads of one inference', () => {
  it('are one below two vCPUs and one for each vCPU from there on', () => {
    expect([128, 1769, 3537, 3538, 10_240].map(intraOpThreads)).toEqual([1, 1, 1, 2, 5]);
  });
});

describe('Versions in S3', () => {
  it('are accepted when they load within the time of a request', () => {
    expect(problemsOf(served('1', 500 * megabyte))).toEqual([]);
  });

  it('are refused when they cannot, with the time that it takes', () => {
    const bytes = 3000 * megabyte;
    expect(problemsOf(served('1', bytes))).toEqual([
      `loading it takes about ${Math.ceil(loadSeconds(bytes))} s, and a request may take 28 s`,
    ]);
  });

  it('are refused when they are more than one file', () => {
    expect(problemsOf(served('1', 300 * megabyte, 2))).toEqual([
      'the version does not fit the package, and from S3 only a single file can be served',
    ]);
  });

  it("are refused together when /tmp can't hold them, with all other problems", () => {
    const many = Array.from({ length: 12 }, (_, index) => served(`${index}`, 1000 * megabyte));
    const problems = problemsOf(...many, served('99', 3000 * megabyte));
    expect(problems).toHaveLength(2);
    expect(problems[1]).toBe("Lambda's /tmp holds 10240 MiB at most");
  });
});
