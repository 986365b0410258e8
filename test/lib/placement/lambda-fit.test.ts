import { describe, expect, it } from 'vitest';
import { ephemeralStorageMiB, lambdaObstacles } from '../../../lib/placement/lambda-fit.ts';
import { exampleFacts, exampleProfile, mebibytes } from './example-facts.ts';

describe('A model on Lambda', () => {
  it('fits when it is small, or one file that loads from S3 in time', () => {
    expect(lambdaObstacles(exampleFacts())).toEqual([]);
    expect(lambdaObstacles(exampleFacts({ artifact: mebibytes(700) }))).toEqual([]);
  });

  it('does not fit for every reason that there is, all at once', () => {
    const obstacles = lambdaObstacles(
      exampleFacts({
        artifact: mebibytes(5000),
        operators: ['com.microsoft:Rfft', 'x:Y'],
        profile: exampleProfile(40_000),
        latency: { p95Ms: 50 },
      }),
    );
    expect(obstacles).toHaveLength(6);
    expect(obstacles.every((obstacle) => !obstacle.endsWith('.'))).toBe(true);
  });

  it('keeps a list of many operators short', () => {
    const operators = Array.from({ length: 9 }, (_, index) => `x:Y${index}`);
    expect(lambdaObstacles(exampleFacts({ operators }))).toEqual([
      'x:Y0, x:Y1, x:Y2 and 6 more operators are not part of onnxruntime',
    ]);
  });

  it('is slower with less memory, which a latency goal may not bear', () => {
    const facts = { profile: exampleProfile(50), latency: { p95Ms: 100 } };
    expect(lambdaObstacles(exampleFacts({ ...facts, memoryMiB: 1769 }))).toEqual([]);
    expect(lambdaObstacles(exampleFacts({ ...facts, memoryMiB: 512 }))).toEqual([
      expect.stringMatching(/^with 512 MiB 95 % of the requests take up to 2\d\d ms/),
    ]);
  });

  it('excludes nothing by an estimate', () => {
    expect(lambdaObstacles(exampleFacts({ latency: { p95Ms: 1 } }))).toEqual([]);
  });

  it('needs more of /tmp only when it is fetched', () => {
    expect(ephemeralStorageMiB(exampleFacts())).toBe(512);
    expect(ephemeralStorageMiB(exampleFacts({ artifact: mebibytes(1000) }))).toBe(1100);
  });
});
