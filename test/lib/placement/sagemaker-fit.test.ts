import { describe, expect, it } from 'vitest';
import { fittingInstances, sagemakerObstacles } from '../../../lib/placement/sagemaker-fit.ts';
import { exampleFacts, mebibytes } from './example-facts.ts';

const names = (facts: Parameters<typeof exampleFacts>[0]) =>
  fittingInstances(exampleFacts(facts)).map(({ name }) => name);

describe('Instance types for a model', () => {
  it('are those that hold it, cheapest first', () => {
    expect(names({})[0]).toBe('ml.c5.large');
    expect(names({ artifact: mebibytes(3000) })[0]).toBe('ml.m5.large');
    expect(names({ artifact: mebibytes(3000) })).not.toContain('ml.c5.large');
  });

  it('have a GPU where the graph needs one', () => {
    const gpu = names({ operators: ['com.microsoft:Rfft'] });
    expect(gpu[0]).toBe('ml.g4dn.xlarge');
    expect(gpu.every((name) => name.startsWith('ml.g'))).toBe(true);
  });

  it('are only the one that model.yaml names', () => {
    expect(names({ instance: 'ml.g5.xlarge' })).toEqual(['ml.g5.xlarge']);
    expect(names({ instance: 'ml.unknown.large' })).toEqual([]);
  });

  it('may not be there, with the reason', () => {
    expect(sagemakerObstacles(exampleFacts())).toEqual([]);
    expect(sagemakerObstacles(exampleFacts({ artifact: mebibytes(1e6) }))).toEqual([
      'no known instance type has the memory for it',
    ]);
    expect(
      sagemakerObstacles(exampleFacts({ artifact: mebibytes(8000), instance: 'ml.c5.large' })),
    ).toEqual(['no known instance type has the memory for it on ml.c5.large']);
  });
});
